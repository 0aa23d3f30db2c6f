import { syncTargets, type OffSite, type OutboxItem, type SyncItems, type SyncItemsQuery, type SyncReport, type SyncStatus, type SyncTarget } from '../../src-shared/sync.ts'
import type { Health } from '../../src-shared/system.ts'
import type { Clock } from '../platform/clock.ts'
import type { EntryRow, EntryState, Outbox } from '../platform/outbox.ts'
import type { Connectivity } from './connectivity/connectivity.ts'
import type { StudiesFace } from './faces.ts'
import type { SyncSettingsOf } from './settings.ts'
import type { Expected } from './uploads/uploads.ts'

export type StorageFacts = SyncStatus['storage']
export type StatusDeps = Readonly<{
  outbox: Outbox, links: Connectivity, studies: StudiesFace, settings: SyncSettingsOf, clock: Clock, storage: StorageFacts
  expected: () => Expected, bytesPerSecond: () => number | null
  /** Why a target's entries wait for us, not for it. */
  whyHeld: (target: SyncTarget) => string | null
}>

const states: Readonly<Record<SyncItemsQuery['state'], readonly EntryState[]>> = {
  open: ['waiting', 'sending', 'unknown', 'dead'], dead: ['dead'], done: ['done'], cancelled: ['cancelled'], all: ['waiting', 'sending', 'unknown', 'dead', 'done', 'cancelled']
}
const titles: Readonly<Record<string, string>> = { 'study-upload': 'Images', 'report-bundle': 'Signed report', 'caption-forward': 'Caption of the glasses', 'notice-poke': 'Notice by Poke', sms: 'Text message', call: 'Phone call' }
const mostReportLines = 1000

/** What the screens show: two lights, targets, the queue in words, and what has left. Everything from rows. */
export function createStatus({ outbox, links, studies, settings, clock, storage, expected, bytesPerSecond, whyHeld }: StatusDeps) {
  const countOf = (target: SyncTarget | null, ...wanted: readonly EntryState[]) => outbox.counts().filter((one) => (target === null || one.target === target) && wanted.includes(one.state)).reduce((sum, { n }) => sum + n, 0)

  const offSite = (): OffSite => {
    const { total, confirmed, dead, cancelled } = expected()
    if (storage.mode === 'off') return { state: 'off', confirmed: 0, total: 0, text: 'nothing goes off-site' }
    const words = `${confirmed} of ${total} off-site`
    if (dead > 0) return { state: 'trouble', confirmed, total, text: `${words}, ${dead} given up` }
    const link = links.view('cloud-storage')
    if (confirmed < total && (link.state === 'refused' || link.state === 'captive-portal')) return { state: 'trouble', confirmed, total, text: `${words}, no access` }
    if (confirmed < total) return { state: 'some', confirmed, total, text: `${words}${link.state === 'offline' ? ', offline' : ''}${cancelled > 0 ? `, ${cancelled} called off` : ''}` }
    return { state: 'all', confirmed, total, text: total === 0 ? 'nothing to send off-site yet' : 'all off-site' }
  }

  const waitsFor = (row: EntryRow): string | null => {
    if (row.state !== 'waiting' && row.state !== 'unknown') return null
    const target = row.target as SyncTarget
    const held = whyHeld(target)
    if (held !== null) return held
    if (links.isDown(target)) return links.view(target).text
    if (outbox.standsBefore(row.id) > 0) return 'Another item of this study goes first.'
    return null
  }
  const itemOf = (row: EntryRow, words: ReturnType<StudiesFace['words']>): OutboxItem => {
    const known = words.get(row.subject ?? '')
    const title = titles[row.kind] ?? row.kind
    const wait = waitsFor(row)
    return {
      id: row.id, target: row.target as SyncTarget, kind: row.kind, state: row.state,
      title: known === undefined || known.title === '' ? title : `${title}: ${known.title}`, patient: known?.patient ?? '', studyUid: row.subject as OutboxItem['studyUid'],
      bytesDone: row.bytesDone, bytesTotal: row.bytesTotal, tries: row.attempts, lastError: row.lastError,
      // A time that will not come while something else holds it would be a lie.
      nextTryAt: (row.state === 'waiting' || row.state === 'unknown') && wait === null ? row.nextAt : null, deadlineAt: row.deadlineAt, createdAt: row.createdAt, doneAt: row.doneAt,
      waitsFor: wait, isRetryable: ['waiting', 'unknown', 'dead', 'cancelled'].includes(row.state), isCancellable: ['waiting', 'unknown', 'sending'].includes(row.state)
    }
  }

  return {
    offSite, itemOf,
    health: (): Pick<Health, 'storage' | 'queue'> => ({
      storage: { mode: storage.mode, state: links.view('cloud-storage').state }, queue: { waiting: countOf(null, 'waiting', 'sending', 'unknown'), dead: countOf(null, 'dead') }
    }),
    status(): SyncStatus {
      links.looked()
      const midnight = new Date(clock.now())
      midnight.setHours(0, 0, 0, 0)
      return {
        offSite: offSite(), settings: settings.get(), storage,
        targets: syncTargets.map((target) => ({
          target, ...links.view(target), isPaused: settings.isPaused(target), waiting: countOf(target, 'waiting', 'unknown', 'sending'), dead: countOf(target, 'dead'),
          bytesPerSecond: target === 'cloud-storage' ? bytesPerSecond() : null
        })),
        counts: {
          waiting: countOf(null, 'waiting'), sending: countOf(null, 'sending'), unknown: countOf(null, 'unknown'), dead: countOf(null, 'dead'),
          doneToday: outbox.doneBetween(midnight.toISOString(), clock.iso(), mostReportLines).length
        }
      }
    },
    items({ state, target, search, before, limit }: SyncItemsQuery): SyncItems {
      const subjects = search.trim() === '' ? null : studies.matching(search)
      const rows = outbox.list({ states: states[state], target: target ?? null, subjects, beforeId: before ?? null, limit: limit + 1 })
      const words = studies.words(rows.flatMap(({ subject }) => (subject === null ? [] : [subject])))
      return { items: rows.slice(0, limit).map((row) => itemOf(row, words)), more: rows.length > limit }
    },
    /** What left in a span of time, to where, as the target confirmed it. */
    report(from: string, to: string): SyncReport {
      const rows = outbox.doneBetween(from, to, mostReportLines + 1)
      const words = studies.words(rows.flatMap(({ subject }) => (subject === null ? [] : [subject])))
      return {
        more: rows.length > mostReportLines,
        lines: rows.slice(0, mostReportLines).map((row) => {
          const { title, studyUid, target, kind } = itemOf(row, words)
          const { place, checksum, bytes } = receiptOf(row)
          return { at: row.doneAt ?? row.createdAt, target, kind, title, studyUid, place, bytes, checksum }
        })
      }
    }
  }
}
export type Status = ReturnType<typeof createStatus>

function receiptOf({ receipt }: EntryRow): Readonly<{ place: string, checksum: string, bytes: number }> {
  // Written by the outbox itself from a sender's receipt.
  return receipt === null ? { place: '', checksum: '', bytes: 0 } : JSON.parse(receipt) as { place: string, checksum: string, bytes: number }
}
