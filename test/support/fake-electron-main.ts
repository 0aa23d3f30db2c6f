import { becomeReady } from './fake-electron.ts'

/** What Electron does with the main module: evaluate it to its end, and be ready only then. */
await import(new URL('../../out/main/index.js', import.meta.url).href)
becomeReady()
