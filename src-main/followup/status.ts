import type { FollowupSettings, FollowupStatus } from '../../src-shared/followup.ts'
import type { FollowupConfig } from '../platform/config.ts'
import type { ShortLived } from '../platform/short-lived/index.ts'
import type { Links } from './portal/links.ts'

export type StatusFacts = Readonly<{ config: FollowupConfig, settings: FollowupSettings, store: ShortLived, links: Links }>

/** What is set up, and what is missing, in sentences. */
export function statusOf({ config, settings, store, links }: StatusFacts): FollowupStatus {
  const { telnyx, vapi, mode } = config
  const lacksSms = missing({ TELNYX_API_KEY: telnyx.apiKey, TELNYX_PHONE_NUMBER: telnyx.number })
  const lacksVoice = missing({ VAPI_API_KEY: vapi.apiKey, VAPI_ASSISTANT_ID: vapi.assistantId, VAPI_PHONE_NUMBER_ID: vapi.phoneNumberId })
  const address = links.base()
  const why = store.whyNot()
  return {
    settings, mode,
    sms: { isReady: mode === 'mock' || lacksSms === '', text: mode === 'mock' ? 'Mock: messages go the whole way and are not sent. MESSAGING_MODE=live sends them.' : lacksSms === '' ? reachText(config.publicUrl, telnyx.publicKey, 'TELNYX_PUBLIC_KEY') : `Missing: ${lacksSms}.`, from: telnyx.number, hasWebhookKey: telnyx.publicKey !== null },
    voice: { isReady: mode === 'mock' || lacksVoice === '', text: mode === 'mock' ? 'Mock: calls go the whole way and are not made.' : lacksVoice === '' ? reachText(config.publicUrl, vapi.webhookSecret, 'VAPI_WEBHOOK_SECRET') : `Missing: ${lacksVoice}.`, hasWebhookSecret: vapi.webhookSecret !== null },
    store: { kind: store.kind, isReachable: why === null, text: why ?? (store.kind === 'redis' ? 'Codes, sessions and limits are shared through Redis.' : 'Codes, sessions and limits are kept by this workstation alone.') },
    portal: { isReachable: address !== null, address: address === null ? '' : `${address}/portal`, text: address === null ? 'Phones can not reach the portal: switch the LAN port on, or set FRONTEND_BASE_URL.' : 'Phones reach the portal here.' }
  }
}

function missing(settings: Readonly<Record<string, string | null>>): string {
  return Object.entries(settings).filter(([, value]) => value === null).map(([name]) => name).join(', ')
}

function reachText(publicUrl: string | null, key: string | null, keyName: string): string {
  if (publicUrl === null) return 'Ready. The provider can not reach this workstation (PUBLIC_BASE_URL is not set), so it is asked each minute.'
  return key === null ? `Ready, but what the provider tells is refused: ${keyName} is missing.` : 'Ready. The provider tells us at once.'
}
