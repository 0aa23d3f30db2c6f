import type { ActionCondition, ActionKind, ActionState, Board, CallState, ConsentChannel, ConsentState, ConsentWay, DispatchAnswer, FollowupPatient, Language, MessageState, Plan, Risk, ScheduledAction, StudyFollowup, ThreadEntry } from '../../../src-shared/followup.ts'
import { smsLength } from '../../../src-shared/sms-segments.ts'
import { counted, durationText } from '../../ui/format.ts'

export const kindWords: Readonly<Record<ActionKind, string>> = { sms: 'Text', call: 'Call', 'portal-release': 'Portal', task: 'Task', export: 'Off-site' }
export const riskWords: Readonly<Record<Risk, string>> = { urgent: 'urgent', soon: 'soon', routine: 'routine' }
export const actionWords: Readonly<Record<ActionState, string>> = {
  proposed: 'proposed', planned: 'planned', open: 'to do', queued: 'on its way', done: 'done', mock: 'not sent: mock', unknown: 'it may have arrived: decide', failed: 'failed', skipped: 'skipped', cancelled: 'called off'
}
export const messageWords: Readonly<Record<MessageState, string>> = {
  queued: 'waits to be sent', held: 'held back', sending: 'leaving', sent: 'sent', delivered: 'delivered', failed: 'not delivered', unknown: 'it may have arrived: decide', cancelled: 'called off', mock: 'not sent: mock', received: 'received'
}
export const callWords: Readonly<Record<CallState, string>> = {
  queued: 'waits to be called', held: 'held back', ringing: 'ringing', 'in-progress': 'speaking', ended: 'ended', failed: 'failed', unknown: 'it may have rung: decide', cancelled: 'called off', mock: 'not called: mock'
}
export const conditionWords: Readonly<Record<ActionCondition, string>> = { 'portal-released': 'if the report is on the portal', 'portal-not-opened': 'if the patient has not read it', 'no-reply': 'if the patient has not answered' }
export const channelNames: Readonly<Record<ConsentChannel, string>> = { sms: 'Text messages', voice: 'Calls', portal: 'Portal', camera: 'Camera of glasses' }
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', es: 'Spanish' }
export const planWords: Readonly<Record<Plan['state'], string>> = { proposed: 'proposed: nothing runs yet', active: 'under way', stopped: 'stopped' }
const ways: Readonly<Record<ConsentWay, string>> = { spoken: 'by word', written: 'in writing', duty: 'on duty', 'text-message': 'by a text message', call: 'in a call', portal: 'on the portal', provider: 'through the provider' }

export const mockSentence = 'Mock mode: nothing leaves this workstation. Messages are shown as “not sent: mock”.'

/** "agreed in writing (a representative), noted by Dr Mora"; the time stands beside it. */
export function consentText({ state, how, givenBy, recordedBy }: Pick<ConsentState, 'state' | 'how' | 'givenBy' | 'recordedBy'>): string {
  if (state === 'none') return 'nobody has asked yet'
  return [`${state === 'given' ? 'agreed' : 'withdrawn'}${how === null ? '' : ` ${ways[how]}`}${givenBy === 'representative' ? ' (a representative)' : ''}`, recordedBy === null || recordedBy === '' ? '' : `noted by ${recordedBy}`].filter((part) => part !== '').join(', ')
}

export function consentLine({ channel, state, how, by }: Extract<ThreadEntry, { type: 'consent' }>): string {
  return `${channelNames[channel]}: ${consentText({ state, how, givenBy: null, recordedBy: by })}`
}

/** The word of a state, and what else is known, without saying it twice. */
export function stateLine(word: string, note: string): string {
  const plain = note.trim()
  if (plain === '') return word
  return plain.toLowerCase().startsWith(word.toLowerCase()) ? plain : `${word}. ${plain}`
}

/** "4 min 10 s, identity confirmed"; empty where neither is known. */
export function callFacts({ durationS, isVerified, state }: Pick<Extract<ThreadEntry, { type: 'call' }>, 'durationS' | 'isVerified' | 'state'>): string {
  const length = durationS === null ? '' : durationText(durationS * 1000)
  const who = isVerified ? 'identity confirmed' : state === 'ended' ? 'identity not confirmed' : ''
  return [length, who].filter((part) => part !== '').join(', ')
}

/** How long a text is over the air: "62 of 160 characters, 1 segment". */
export function lengthText(text: string): string {
  const { encoding, units, segments, unitsPerSegment } = smsLength(text)
  const room = Math.max(1, segments) * unitsPerSegment
  return `${units} of ${room} characters, ${counted(Math.max(1, segments), 'segment')}${encoding === 'UCS-2' ? '; a character outside of the short alphabet makes segments shorter' : ''}`
}

export type Site = Readonly<{ clinicName: string, clinicPhone: string, link: string }>
/** Words as they will arrive. A link is drawn when the text leaves; until then another of its length stands for it. */
export function filledText(text: string, { clinicName, clinicPhone, link }: Site): string {
  return text.replaceAll('{clinic}', clinicName).replaceAll('{phone}', clinicPhone).replace(/ +([.,?])/g, '$1').replaceAll('{link}', link).trim()
}
/** Where a text is only looked at, a word stands for the link that it will carry. */
export const shownText = (text: string): string => text.replaceAll('{link}', '[link to the portal]')
/** A link to the portal carries 22 letters of chance. */
export const linkOfLength = (address: string): string => `${address === '' ? 'https://portal' : address}#t=${'x'.repeat(22)}`

export type ActionAct = 'change' | 'cancel' | 'retry' | 'done'
const acts: Readonly<Record<ActionAct, readonly ActionState[]>> = {
  change: ['proposed', 'planned', 'open'], cancel: ['proposed', 'planned', 'open', 'queued', 'failed'], retry: ['failed', 'unknown', 'skipped', 'cancelled', 'mock'], done: ['open', 'unknown', 'failed']
}
export const canAct = (act: ActionAct, { state }: Pick<ScheduledAction, 'state'>): boolean => acts[act].includes(state)
/** What closing by hand means for this one. */
export const doneWord = ({ state }: Pick<ScheduledAction, 'state'>): string => (state === 'unknown' ? 'It arrived' : state === 'failed' ? 'Close it' : 'Done')

/** Why no text can be written to this patient now; null where it can. */
export function whyNoText({ numbers, consents }: Pick<FollowupPatient, 'numbers' | 'consents'>): string | null {
  if (numbers.sms === null) return 'There is no number for text messages.'
  return consents.some(({ channel, state }) => channel === 'sms' && state === 'given') ? null : 'The patient has not agreed to text messages, or does not want them any more.'
}

/** What a text by hand came to, for a notice. */
export function sentWords({ state, outcome }: Pick<ScheduledAction, 'state' | 'outcome'>): Readonly<{ tone: 'done' | 'error', text: string }> {
  if (state === 'skipped' || state === 'failed' || state === 'unknown') return { tone: 'error', text: `Not sent. ${outcome}` }
  return { tone: 'done', text: outcome === '' ? 'The text is queued. The conversation shows how it goes.' : outcome }
}

/** Whether the text can be put on the portal as it stands, by what the screen knows; the edge decides. */
export function canRelease({ patient, isSigned }: Pick<StudyFollowup, 'patient' | 'isSigned'>, texts: Readonly<Record<Language, string>> | null): boolean {
  return isSigned && texts !== null && texts[patient.language].trim() !== '' && patient.consents.some(({ channel, state }) => channel === 'portal' && state === 'given')
}

/** Where the text for the patient stands on the portal. */
export function releaseText({ release, isSigned }: Pick<StudyFollowup, 'release' | 'isSigned'>, when: (instant: string) => string): string {
  if (release === null) return isSigned ? 'Not on the portal.' : 'Nothing goes to a patient before the report is signed.'
  const read = release.openedAt === null ? 'Not read yet.' : `Read ${when(release.openedAt)}.`
  return `On the portal since ${when(release.at)}, released by ${release.by}. ${read}${release.isOfThisReport ? '' : ' The report has changed since: release it again.'}`
}

export function lookedText({ due, queued, skipped, failed }: DispatchAnswer): string {
  if (due === 0) return 'Nothing is due.'
  return `${counted(due, 'action')} due: ${queued} under way, ${skipped} skipped, ${failed} failed.`
}

export const columns: readonly Readonly<{ name: keyof Board['counts'], title: string, empty: string }>[] = [
  { name: 'due', title: 'Due now', empty: 'Nothing is due.' }, { name: 'waiting', title: 'Waiting', empty: 'Nothing is planned or on its way.' },
  { name: 'failed', title: 'Failed', empty: 'Nothing has failed.' }, { name: 'done', title: 'Done', empty: 'Nothing was done in the last days.' }
]

/** An id for a template that is added: its name in small letters, with a number where it is taken. */
export function templateIdOf(name: string, taken: readonly string[]): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50)
  const base = plain === '' ? 'template' : plain
  for (let at = 1; ; at += 1) {
    const id = at === 1 ? base : `${base}-${at}`
    if (!taken.includes(id)) return id
  }
}

/** "at once", "after 3 min", "after 48 h", "after 7 d". */
export function afterText(hours: number): string {
  if (hours === 0) return 'at once'
  if (hours < 1) return `after ${Math.round(hours * 60)} min`
  return hours < 72 ? `after ${Math.round(hours * 10) / 10} h` : `after ${Math.round(hours / 2.4) / 10} d`
}
