import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron'
import type { WindowPlace } from './window-state.ts'

/** Each one written out, also where it is the default: a default may change, and a test reads this list. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    // The spell checker fetches dictionaries from the internet and would see report texts.
    spellcheck: false,
    // A study that loads while the window lies behind another one must go on loading.
    backgroundThrottling: false
  }
}

/** Hidden until the first paint, on the colour of the reading room, so that nothing flashes white in a dark room. */
export function windowOptions({ preload, place }: { preload: string, place: WindowPlace }): BrowserWindowConstructorOptions {
  return {
    ...place.bounds,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    title: 'Vigil',
    backgroundColor: '#0b0e11',
    autoHideMenuBar: false,
    webPreferences: webPreferences(preload)
  }
}
