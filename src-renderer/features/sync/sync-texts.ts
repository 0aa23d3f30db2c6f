import type { LocalHours } from '../../../src-shared/hours.ts'
import type { OffSite, OutboxItem, SyncStatus, SyncTarget } from '../../../src-shared/sync.ts'
import { bytesText, counted } from '../../ui/format.ts'

export const targetNames: Readonly<Record<SyncTarget, string>> = { 'cloud-storage': 'Cloud storage', captions: 'Captions', sms: 'Text messages', voice: 'Calls', notification: 'Notifications' }
type TargetState = SyncStatus['targets'][number]['state']
export const targetWords: Readonly<Record<TargetState, string>> = { off: 'not set up', unknown: 'not tried yet', online: 'online', slow: 'slow', offline: 'offline', 'captive-portal': 'sign-in page', refused: 'refused' }
export const itemWords: Readonly<Record<OutboxItem['state'], string>> = { waiting: 'waiting', sending: 'sending', unknown: 'looking it up', done: 'done', dead: 'given up', cancelled: 'called off' }

/** "in 8 s", "in 3 min", "now". Rounded up: what is promised has come by then. */
export function untilText(instant: string, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(instant) - nowMs) / 1000)
  if (seconds <= 0) return 'now'
  if (seconds < 60) return `in ${seconds} s`
  if (seconds < 3600) return `in ${Math.ceil(seconds / 60)} min`
  return `in ${Math.ceil(seconds / 3600)} h`
}

/** "1.2 of 30 MB"; empty where nothing is known of its size. */
export function sizeText({ bytesDone, bytesTotal, state }: Pick<OutboxItem, 'bytesDone' | 'bytesTotal' | 'state'>): string {
  if (bytesTotal === null) return ''
  return state === 'done' || bytesDone === 0 ? bytesText(bytesTotal) : `${bytesText(bytesDone)} of ${bytesText(bytesTotal)}`
}

/** What holds it, what went wrong, or when it goes on. */
export function reasonText({ waitsFor, lastError, nextTryAt, state }: Pick<OutboxItem, 'waitsFor' | 'lastError' | 'nextTryAt' | 'state'>, nowMs: number): string {
  if (state === 'done') return ''
  if (waitsFor !== null) return waitsFor
  const next = nextTryAt === null || state === 'sending' ? '' : `Next try ${untilText(nextTryAt, nowMs)}.`
  return [lastError ?? '', next].filter((part) => part !== '').join(' ')
}

/** The second light in a sentence, with what to do. */
export function offSiteSentence({ state, confirmed, total }: OffSite): string {
  switch (state) {
    case 'off': return 'Everything stays on this workstation. Only a backup of the data folder is a second copy.'
    case 'all': return total === 0 ? 'By the settings nothing has to leave yet.' : `${counted(total, 'study or report', 'studies and reports')}: each object confirmed at the target by its checksum.`
    case 'some': return `${counted(total - confirmed, 'study or report has', 'studies and reports have')} not arrived yet. They go by themselves.`
    case 'trouble': return `${counted(total - confirmed, 'study or report is', 'studies and reports are')} not off-site, and waiting alone will not help. The queue says why.`
    default: return state satisfies never
  }
}

export const hoursText = ({ from, to }: LocalHours): string => `from ${from} to ${to}${from > to ? ', overnight' : ''}`
