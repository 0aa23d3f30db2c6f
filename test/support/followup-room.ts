import { createConsents } from '../../src-main/consents/index.ts'
import { createFollowup, createSenders, type Followup, type Senders } from '../../src-main/followup/index.ts'
import type { FollowupConfig } from '../../src-main/platform/config.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { databaseFile, openDatabase, type Db } from '../../src-main/platform/database.ts'
import type { Clock } from '../../src-main/platform/clock.ts'
import { createLog, type LogLine } from '../../src-main/platform/log.ts'
import { newRowId } from '../../src-main/platform/row-id.ts'
import { createRedisShortLived, createSqliteShortLived } from '../../src-main/platform/short-lived/index.ts'
import { createOutbox, type Outbox } from '../../src-main/platform/outbox.ts'
import type { Person, PersonStudy } from '../../src-main/studies/index.ts'
import type { SignedFacts } from '../../src-main/analysis/index.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { createBus } from '../../src-main/platform/bus.ts'
import { StudyUid } from '../../src-shared/ids.ts'
import { aFolder } from './edge.ts'

export const secret = 'a secret of the tests, long enough for all of them'
export const dr = { id: '019a0000-0000-7000-8000-000000000001', name: 'Dr Test', role: 'clinician' } as const

export type FollowupRoom = Readonly<{
  db: Db, followup: Followup, senders: Senders, outbox: Outbox, logged: LogLine[], audited: string[]
  /** Somebody with a signed study, numbers and all consents; each other than the ones before. */
  patient: (change?: Readonly<{ sms?: string | null, voice?: string | null, consents?: readonly ('sms' | 'voice' | 'portal')[], timeZone?: string, language?: 'en' | 'es' }>) => Readonly<{ id: string, studyUid: StudyUid }>
  /** Dispatches, sends and looks up until nothing can go now. */
  settle: () => Promise<void>
  stop: () => Promise<void>
}>
export type FollowupRoomOptions = Readonly<{ clock: Clock, env?: Readonly<Record<string, string>>, dataDir?: string, redisPrefix?: string, random?: () => number }>

const everything = ['sms', 'voice', 'portal'] as const
const noFindings = (hash: string): SignedFacts => ({ hash, signedAt: '2026-03-02T08:00:00.000Z', findings: [], keyImages: [], options: [] })

/** The room on a real database with the real outbox; whose the studies are, and what was signed, the test says. */
export async function aFollowupRoom({ clock, env = {}, dataDir, redisPrefix, random = Math.random }: FollowupRoomOptions): Promise<FollowupRoom> {
  const folder = dataDir === undefined ? await aFolder() : { path: dataDir, remove: async () => undefined }
  const config: FollowupConfig = parseConfig({ JWT_SECRET: secret, ...env }).followup
  const logged: LogLine[] = []
  const audited: string[] = []
  const log = createLog((line) => { logged.push(line) })
  const db = openDatabase({ file: databaseFile(folder.path) })
  const consents = createConsents(db, clock)
  const store = config.redisUrl === null ? createSqliteShortLived(db, clock) : createRedisShortLived({ url: config.redisUrl, clock, log, ...(redisPrefix === undefined ? {} : { prefix: redisPrefix }) })
  const people = new Map<string, Person>()
  const studies = new Map<string, PersonStudy & { patientRow: string }>()
  const peopleFace = {
    ofStudy: (uid: string) => people.get(studies.get(uid)?.patientRow ?? '') ?? null, person: (row: string) => people.get(row) ?? null, fold: (text: string) => text.toLowerCase(),
    studiesOf: (row: string) => [...studies.values()].filter((one) => one.patientRow === row)
  }
  const audit = { record: (entry: Readonly<{ action: string }>) => { audited.push(entry.action) } }
  const events = createBus<EdgeEvent>((error) => { log.error('listener', error) })
  const ground = { db, clock, log, audit, config, consents, store, dataDir: folder.path, studies: { people: peopleFace, renderFrame: async () => new Uint8Array([137, 80, 78, 71]), detail: () => { throw new Error('not asked for here') } } }
  const senders = createSenders(ground)
  const outbox = createOutbox({ db, clock, log, random, changed: () => undefined, reachability: { mayTry: () => ({ ok: true }), report: () => undefined } })
  for (const kind of senders.kinds) outbox.register(kind)
  const sync = {
    queueMessage: (kind: 'sms' | 'call', id: string, { lane, priority, by }: Readonly<{ lane: string | null, priority: number, by: string }>) => outbox.enqueue({ kind, key: id, payload: { id }, lane, priority, by }),
    callOff: (id: string, reason: string) => outbox.cancel(id, reason), wake: () => { outbox.wake() }, sendNow: () => 1
  }
  const followup = createFollowup({ ...ground, events, reports: { facts: (uid) => (studies.has(uid) ? noFindings(`hash-${uid}`) : null) }, sync, workstation: newRowId(), lanAddress: () => 'https://192.0.2.7:4871' }, senders)
  let count = 0
  return {
    db, followup, senders, outbox, logged, audited,
    patient({ sms, voice, consents: given = everything, timeZone = 'UTC', language = 'en' } = {}) {
      count += 1
      const patientRow = newRowId()
      const studyUid = StudyUid.parse(`1.2.826.0.1.${Date.now()}.${count}.${Math.floor(Math.random() * 1e6)}`)
      const number = `+1555${String(1_000_000 + count).padStart(7, '0')}`
      people.set(patientRow, { patientRow, identity: `identity ${count}`, name: `Patient^Number ${count}`, patientId: `P-${count}`, birthDate: null })
      studies.set(studyUid, { studyUid, title: 'CT abdomen', studyDate: '2026-03-01', status: 'signed', patientRow })
      const row = followup.patients.ofStudy(studyUid)
      followup.patients.write(row.id, { revision: row.revision, language, timeZone, numbers: { sms: sms === undefined ? number : sms, voice: voice === undefined ? number : voice } }, dr)
      for (const channel of given) followup.patients.writeConsent(row.id, { channel, state: 'given', givenBy: 'self', how: 'spoken' }, dr)
      return { id: row.id, studyUid }
    },
    async settle() {
      followup.dispatch()
      await new Promise((done) => { setImmediate(done) })
      outbox.start()
      outbox.wake()
      await outbox.quiet()
    },
    async stop() {
      await followup.stop()
      await outbox.stop()
      db.close()
      await folder.remove()
    }
  }
}
