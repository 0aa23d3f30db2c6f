/**
 * What the desktop shell adds to a web page: `window.vigil`, undefined in a browser. No zod here: the sandboxed preload bundles this file,
 * and the shell checks each argument itself.
 */

/** What a menu, the system or a second start asks of the window. */
export type MenuCommand = 'open-folder' | 'open-files' | 'load-demo' | 'show-keys' | 'command-palette' | 'lock'
export const menuCommands: readonly MenuCommand[] = ['open-folder', 'open-files', 'load-demo', 'show-keys', 'command-palette', 'lock']

/** `hasKeychain`: whether the system keeps secrets for us; without one, none are stored. */
export type AppInfo = Readonly<{ version: string, platform: string, electron: string, chrome: string, node: string, hasKeychain: boolean }>
export type WindowState = Readonly<{ isMaximized: boolean, isFullScreen: boolean, isFocused: boolean }>

export type VigilBridge = Readonly<{
  appInfo: () => Promise<AppInfo>
  /** Absolute paths to hand to `POST /api/imports`; empty where the dialog was dismissed. */
  pickFolder: () => Promise<readonly string[]>
  pickFiles: () => Promise<readonly string[]>
  /** Absolute paths of dropped `File`s and folders; those without a place on disk are left out. */
  pathsOfDroppedFiles: (files: readonly unknown[]) => readonly string[]
  /** Shows a file picker for saving `bytes`; resolves to false where it was dismissed. */
  saveFile: (suggestedName: string, bytes: Uint8Array) => Promise<boolean>
  windowState: () => Promise<WindowState>
  setFullScreen: (isOn: boolean) => Promise<void>
  /** Progress of long work on the task bar, 0 to 1; null takes it away. */
  setBusy: (fraction: number | null) => Promise<void>
  /** Each returns its unsubscribe. */
  onWindowState: (listener: (state: WindowState) => void) => () => void
  onMenuCommand: (listener: (command: MenuCommand) => void) => () => void
}>

export const bridgeChannels = {
  appInfo: 'vigil:app-info',
  pickFolder: 'vigil:pick-folder',
  pickFiles: 'vigil:pick-files',
  saveFile: 'vigil:save-file',
  windowState: 'vigil:window-state',
  setFullScreen: 'vigil:set-full-screen',
  setBusy: 'vigil:set-busy',
  windowStateChanged: 'vigil:window-state-changed',
  menuCommand: 'vigil:menu-command'
} as const

declare global {
  interface Window { readonly vigil?: VigilBridge }
}
