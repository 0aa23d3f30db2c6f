import { inLanguage } from '../../src-shared/followup.ts'
import type { MessagesFace } from '../sync/index.ts'
import { createSettingsStore } from '../platform/settings-store.ts'
import { createActionStore } from './actions/action-store.ts'
import { createFollowActions } from './actions/follow.ts'
import type { Ground, StudiesFace } from './faces.ts'
import { createPatientStore } from './patients/patient-store.ts'
import { createPortalStore } from './portal/portal-store.ts'
import { textsOf } from './portal/releases.ts'
import { createContactRules } from './rules/contact.ts'
import { createFollowupSettings } from './settings.ts'
import { createCodes } from './sign-in/codes.ts'
import { createSecrets } from './sign-in/secret.ts'
import { createMessageStore } from './sms/message-store.ts'
import { createSmsSender } from './sms/sender.ts'
import { createTelnyx } from './sms/telnyx.ts'
import { createCallStore, type CallRow } from './voice/call-store.ts'
import { createVoiceSender, type Briefing } from './voice/sender.ts'
import { createVapi } from './voice/vapi.ts'

export type SendersDeps = Ground & Readonly<{ dataDir: string, studies: StudiesFace }>
export type Senders = ReturnType<typeof createSenders>

/** The senders of texts and calls with the rows they speak of: made before the room that queues them and the room that causes them. */
export function createSenders({ db, clock, config, consents, store, dataDir }: SendersDeps) {
  const settings = createFollowupSettings(createSettingsStore(db, clock))
  const secrets = createSecrets(config.jwt.secret, dataDir)
  const patients = createPatientStore(db, clock)
  const messages = createMessageStore(db, clock)
  const calls = createCallStore(db, clock)
  const actions = createActionStore(db, clock)
  const portal = createPortalStore(db, clock)
  const codes = createCodes(clock)
  const follow = createFollowActions(actions)
  const rules = createContactRules({ clock, consents, patients, settings, store, secrets })
  const telnyx = createTelnyx(config.telnyx)
  const vapi = createVapi(config.vapi)
  /** Set by the room itself, which knows everybody at a number. */
  const stopped = { heard: (_number: string): void => undefined }

  const briefing = (call: CallRow): Briefing | string => {
    const { clinicName: clinic, clinicPhone: phone } = settings.get()
    const action = call.actionId === null ? null : actions.get(call.actionId)
    const patient = call.followupPatientId === null ? null : patients.get(call.followupPatientId)
    if (call.purpose === 'follow-up' && (action === null || patient === null)) return 'The action that this call belongs to is gone.'
    const language = patient?.language ?? settings.get().defaultLanguage
    const release = call.studyUid === null ? null : portal.ofStudy(call.studyUid)
    const summary = release === null ? '' : inLanguage(textsOf(release), language).replace(/\s*\n+\s*/g, ' ')
    return { firstMessage: action?.text ?? testWords(language, clinic), variables: { clinic, phone, language, summary, disclosure: 'only after verify_identity has succeeded', automated: 'yes' } }
  }
  const kinds = [
    createSmsSender({ clock, config, messages, patients, rules, codes, telnyx, follow, stopped: (number) => { stopped.heard(number) } }),
    createVoiceSender({ clock, config, calls, patients, rules, vapi, follow, briefing })
  ]
  const isMock = config.mode === 'mock'
  const nothing = async () => undefined
  const probes: MessagesFace['probes'] = {
    sms: isMock ? { name: 'Mock messages', probe: nothing } : config.telnyx.apiKey === null || config.telnyx.number === null ? null : { name: 'Telnyx', probe: telnyx.probe },
    voice: isMock ? { name: 'Mock calls', probe: nothing } : config.vapi.apiKey === null ? null : { name: 'Vapi', probe: vapi.probe }
  }
  return { kinds, probes, settings, secrets, patients, messages, calls, actions, portal, codes, follow, rules, telnyx, vapi, stopped }
}

function testWords(language: 'en' | 'es', clinic: string): string {
  return language === 'es' ? `Hola, soy un asistente automático de ${clinic}. Esta es una llamada de prueba.` : `Hello, this is an automated assistant of ${clinic}. This is a test call.`
}
