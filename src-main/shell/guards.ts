import { app, shell, type Session } from 'electron'
import { isLoadable } from './address.ts'
import { navigationVerdict, windowOpenVerdict } from './navigation.ts'
import { isPermitted } from './permissions.ts'

/** Permissions, devices and requests of every page of this session. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => { answer(isPermitted(permission, details.requestingUrl)) })
  session.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, `${origin}/`.replace(/\/+$/, '/')))
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url }, answer) => { answer({ cancel: !isLoadable(url) }) })
}

/** Navigation, new windows and webviews of every page, also of one that does not exist yet. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    const onNavigate = (event: { preventDefault: () => void }, url: string) => {
      const verdict = navigationVerdict(url)
      if (verdict === 'allow') return
      event.preventDefault()
      if (verdict === 'open-in-browser') void shell.openExternal(url)
    }
    contents.on('will-navigate', (event) => { onNavigate(event, event.url) })
    contents.on('will-redirect', (event) => { onNavigate(event, event.url) })
    contents.on('will-frame-navigate', (event) => { if (navigationVerdict(event.url) !== 'allow') event.preventDefault() })
    contents.on('will-attach-webview', (event) => { event.preventDefault() })
    contents.setWindowOpenHandler(({ url }) => {
      if (windowOpenVerdict(url) === 'open-in-browser') void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
}
