import type { z } from 'zod'
import type { StorageSession } from './session.ts'

/** Bytes that can be read again from any place: a stored file, or a document in memory. `crc32c` and `sha256` are of the whole. */
export type ObjectSource = Readonly<{ bytes: number, sha256: string, crc32c: string, open: (from: number) => AsyncIterable<Uint8Array> }>
export type NewObject = Readonly<{ name: string, contentType: string, source: ObjectSource }>
/** An object as the target confirmed it. `crc32c` is base64 of the big-endian sum; a generation never comes twice. */
export type ConfirmedObject = Readonly<{ name: string, bytes: number, crc32c: string, generation: string }>

export type PutContext = Readonly<{
  signal: AbortSignal
  /** What was kept of an upload of this very object that was broken off. */
  session: z.infer<typeof StorageSession> | null
  /** Written down before it is relied on. */
  keep: (session: z.infer<typeof StorageSession> | null) => void
  /** Bytes of this object that the target has. */
  onBytes: (bytes: number) => void
  /** Asked before each piece. Throws SendFault 'paused' where nothing may leave now. */
  gate: () => void
}>

/** Where copies go: a bucket, or a folder. Failures are SendFaults, each with its class and a sentence. */
export type Storage = Readonly<{
  mode: 'gcs' | 'local'
  /** The bucket's name, or the folder. */
  place: string
  /** Creates the object; never replaces one. Where it is there already with the same bytes, that is the answer. */
  put: (object: NewObject, context: PutContext) => Promise<ConfirmedObject>
  find: (name: string, signal?: AbortSignal) => Promise<ConfirmedObject | null>
  /** Everything below a folder, as the target has it now. */
  list: (folder: string, signal: AbortSignal) => Promise<readonly ConfirmedObject[]>
  /** The bytes of an object, checked against its sum as they end. */
  open: (name: string, signal: AbortSignal) => Promise<Readonly<{ body: AsyncIterable<Uint8Array>, bytes: number, contentType: string }>>
  /** Costs the target next to nothing. Throws what stands in the way. */
  probe: (signal: AbortSignal) => Promise<void>
  close: () => Promise<void>
}>
