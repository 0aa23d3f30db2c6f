import type { StudyUid } from '../../src-shared/ids.ts'
import type { DeidentifyKeep } from '../../src-shared/sync.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import type { StudyStatus } from '../../src-shared/studies.ts'
import type { z } from 'zod'
import type { Audit } from '../accounts/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { SyncConfig } from '../platform/config.ts'
import type { Db } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import type { OutboxKind } from '../platform/outbox-types.ts'
import type { CloudAuth } from './storage/auth.ts'

/** A stored file of a study. */
export type StoredCopy = Readonly<{ sopInstanceUid: string, seriesUid: string, sha256: string, bytes: number }>
/** A copy without its patient, or why it stays here. */
export type CleanCopy = Readonly<{ sopInstanceUid: string, studyUid: string, bytes: number, sha256: string, open: (from: number) => AsyncIterable<Uint8Array> }> | Readonly<{ leftOut: 'no-pixels' | 'burned-in' | 'encoding' }>
/** What is there of a study; `revision` is another text whenever images came. */
export type Holding = Readonly<{ studyUid: StudyUid, status: z.infer<typeof StudyStatus>, revision: string, bytes: number }>
export type StudyWords = Readonly<{ title: string, patient: string }>
export type SignedDocument = Readonly<{ studyUid: StudyUid, hash: string }>

/** What this room needs of the studies. */
export type StudiesFace = Readonly<{
  holdings: () => Holding[]
  holding: (studyUid: string) => Holding | null
  copiesOf: (studyUid: string) => StoredCopy[]
  /** Path of the stored bytes of that hash. */
  blobPath: (sha256: string) => string
  deidentified: (sha256: string, options: Readonly<{ keep: readonly DeidentifyKeep[], sendsBurnedIn: boolean }>, signal: AbortSignal) => Promise<CleanCopy>
  /** What stands for a UID in copies without the patient. */
  pseudonyms: Readonly<{ uid: (original: string) => string }>
  words: (studyUids: readonly string[]) => ReadonlyMap<string, StudyWords>
  matching: (search: string) => string[]
}>

/** What this room needs of the reports. */
export type ReportsFace = Readonly<{
  /** Every signature, report or addendum. */
  signed: () => SignedDocument[]
  signedOf: (studyUid: string) => SignedDocument[]
  /** What one signature froze, as it was signed. Null where there is none. */
  document: (hash: string) => string | null
  /** The PDF as it stands, always the same bytes for the same rows. */
  pdf: (studyUid: StudyUid) => Promise<Uint8Array>
}>

/** Notices to people, sent by another room's sender through this room's queue. */
export type NoticesFace = Readonly<{ kind: OutboxKind<{ interventionId: number }>, probe: (signal: AbortSignal) => Promise<void> }>

/** Messages to patients, sent by another room's senders through this room's queue. */
export type MessageKind = 'sms' | 'call'
export type MessagesFace = Readonly<{
  kinds: readonly OutboxKind<{ id: string }>[]
  /** Null where the channel is not set up. */
  probes: Readonly<Record<'sms' | 'voice', Readonly<{ name: string, probe: (signal: AbortSignal) => Promise<void> }> | null>>
}>

export type SyncDeps = Readonly<{
  db: Db, clock: Clock, events: Bus<EdgeEvent>, log: Log, audit: Audit, config: SyncConfig, dataDir: string, appVersion: string
  studies: StudiesFace, reports: ReportsFace, notices?: NoticesFace, messages?: MessagesFace
  /** The credentials of the machine unless a test brings its own. */
  cloudAuth?: CloudAuth
  random?: () => number
  /** Without a byte for so long a connection counts as broken. */
  stallMs?: number
}>
