import { expect, it } from 'vitest'
import { webPreferences, windowOptions } from './window-options.ts'

it('gives the page no Node, no way round the sandbox and no spell checker that talks to the internet', () => {
  expect(webPreferences('/preload.cjs')).toMatchObject({
    sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
    webSecurity: true, allowRunningInsecureContent: false, webviewTag: false, navigateOnDragDrop: false, spellcheck: false
  })
})

it('opens dark and hidden, where the last window stood', () => {
  const options = windowOptions({ preload: '/preload.cjs', place: { bounds: { x: 10, y: 20, width: 1600, height: 1000 }, isMaximized: false, isFullScreen: false } })
  expect(options).toMatchObject({ x: 10, y: 20, width: 1600, height: 1000, show: false, backgroundColor: '#0b0e11' })
})
