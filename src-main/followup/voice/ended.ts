export type EndBucket = 'reached' | 'not-reached' | 'wrong-number' | 'set-up' | 'platform' | 'called-off'

const exact: Readonly<Record<string, EndBucket>> = {
  'assistant-ended-call': 'reached', 'assistant-said-end-call-phrase': 'reached', 'assistant-ended-call-after-message-spoken': 'reached', 'customer-ended-call': 'reached', 'silence-timed-out': 'reached', 'exceeded-max-duration': 'reached', 'assistant-forwarded-call': 'reached',
  'customer-did-not-answer': 'not-reached', 'customer-busy': 'not-reached', voicemail: 'not-reached', 'twilio-failed-to-connect-call': 'not-reached', 'call.in-progress.error-sip-outbound-call-failed-to-connect': 'not-reached',
  'twilio-reported-customer-misdialed': 'wrong-number', 'vonage-rejected': 'wrong-number', 'assistant-not-found': 'set-up',
  'manually-canceled': 'called-off', 'call-deleted': 'called-off', 'scheduled-call-deleted': 'called-off'
}

/** What the end of a call means for the patient. The provider has some six hundred reasons and adds more: what is not known counts as the platform's. */
export function bucketOf(endedReason: string): EndBucket {
  const known = exact[endedReason]
  if (known !== undefined) return known
  if (endedReason.startsWith('call.start.error-')) return 'set-up'
  return 'platform'
}

/** A sentence for the thread. */
export function outcomeOf(endedReason: string): string {
  switch (bucketOf(endedReason)) {
    case 'reached': return endedReason === 'silence-timed-out' ? 'Somebody answered and said nothing.' : 'The patient was reached.'
    case 'not-reached': return endedReason === 'voicemail' ? 'Only the mailbox answered; nothing was left there.' : endedReason === 'customer-busy' ? 'The line was busy.' : 'Nobody answered.'
    case 'wrong-number': return 'The number does not exist, or rejects calls.'
    case 'set-up': return `The call could not be begun: the account or its settings at Vapi (${endedReason}).`
    case 'platform': return `The call broke off by a fault of the provider (${endedReason}).`
    case 'called-off': return 'The call was called off at the provider.'
    default: return endedReason
  }
}
