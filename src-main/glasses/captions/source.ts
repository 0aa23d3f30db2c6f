import type { CaptionSessionKind } from '../../../src-shared/glasses.ts'
import type { Clock } from '../../platform/clock.ts'
import type { GlassesConfig } from '../../platform/config.ts'
import type { Log } from '../../platform/log.ts'
import type { ReaderFace } from '../faces.ts'
import { localSession } from './local.ts'
import { modalSession, type Deploy, type ModalSettings } from './modal.ts'
import type { CaptionSource, ModalHeaders } from './session.ts'

export type CaptionSourceDeps = Readonly<{ reader: ReaderFace, clock: Clock, log: Log, config: GlassesConfig, chosen: () => CaptionSessionKind, deploy?: Deploy }>

/** Who captions: as it was chosen, and nobody, with a warning, where what that needs is missing. */
export function createCaptionSource({ reader, clock, log, config, chosen, deploy }: CaptionSourceDeps): CaptionSource {
  let warned = ''
  const modalOf = (headers?: ModalHeaders): ModalSettings | null => {
    const tokenId = headers?.tokenId ?? config.modal.tokenId
    const tokenSecret = headers?.tokenSecret ?? config.modal.tokenSecret
    if (tokenId === null || tokenSecret === null) return null
    return { tokenId, tokenSecret, appName: headers?.appName ?? config.modal.appName, className: headers?.className ?? config.modal.className, environment: config.modal.environment }
  }
  const warn = (why: string) => {
    if (why !== warned) log.warn('nobody-captions', { why })
    warned = why
  }
  const facts: CaptionSource['facts'] = (headers) => {
    const kind = chosen()
    const none = (text: string) => ({ chosen: kind, session: 'none' as const, text, isMock: false })
    if (kind === 'none') return none('Nobody captions: it is switched off.')
    if (kind === 'modal') return modalOf(headers) === null ? none('Nobody captions: the credentials of the deployed class are missing (FORESIGHT_MODAL_TOKEN_ID and FORESIGHT_MODAL_TOKEN_SECRET).') : { chosen: kind, session: kind, text: 'A deployed class captions. Frames leave this machine.', isMock: false }
    const why = reader.whyNot()
    if (why !== null) return none(`Nobody captions: ${why.charAt(0).toLowerCase()}${why.slice(1)}`)
    const { text, isMock } = reader.summary()
    return { chosen: kind, session: kind, text: `${text}${kind === 'legacy' ? ', each chunk by itself' : ''}`, isMock }
  }
  return {
    facts,
    open(headers) {
      const { chosen: kind, session, text } = facts(headers)
      if (session === 'none') {
        if (kind !== 'none') warn(text)
        return null
      }
      warned = ''
      const modal = session === 'modal' ? modalOf(headers) : null
      return modal === null ? localSession({ reader, clock, remembers: session === 'local' }) : modalSession(modal, clock, deploy)
    }
  }
}
