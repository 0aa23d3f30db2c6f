import type { z } from 'zod'

/** Why a send did not succeed, as far as what happens next depends on it. */
export type FaultClass =
  /** The target can't be reached: nothing arrived, no try is counted, the whole target waits. */
  | 'offline'
  /** The target refuses us, not the item (credentials, a locked account): the whole target waits for a person or for time. */
  | 'refused'
  /** Try again later, by itself: 429, 5xx, a cut connection before anything could count. */
  | 'later'
  /** It may have arrived. It is looked up before anything is sent again. */
  | 'unknown'
  /** This item will never go: it is stepped over and shown. */
  | 'never'
  /** We stopped by ourselves (a pause, the hours of the settings, `retryAfterMs`): nothing is counted, and nothing is said about the target. */
  | 'paused'

/** Thrown by a sender. `message` is a sentence for the screen, without patient data. Anything else that is thrown counts as 'unknown'. */
export class SendFault extends Error {
  readonly faultClass: FaultClass
  /** What the target asked for (`Retry-After`), milliseconds. */
  readonly retryAfterMs: number | null
  constructor(faultClass: FaultClass, message: string, { retryAfterMs = null, cause }: { retryAfterMs?: number | null, cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SendFault'
    this.faultClass = faultClass
    this.retryAfterMs = retryAfterMs
  }
}

/** What the target gave back: kept with the entry for ever. `place`: an object's name, a message's id; `checksum` as the target confirmed it. */
export type Receipt = Readonly<{ place: string, checksum: string, bytes: number }>

export type SendContext = Readonly<{
  id: string, key: string, attempt: number, signal: AbortSignal
  /** What the last attempt kept (`keep`); null at first. Not validated: the sender parses it and starts over where it can't. */
  kept: unknown
  /** Writes it to the row before it returns. */
  keep: (state: unknown) => void
  progress: (bytesDone: number, bytesTotal: number | null) => void
}>

export type OutboxKind<P> = Readonly<{
  kind: string, target: string
  payload: z.ZodType<P>
  /** Entries of this kind that this process sends at once. */
  concurrency: number
  /** From the first row on; past it an entry is dead, with that reason. Null: never. */
  deadlineMs: number | null
  /** Tries that the target answered; waiting for a target that is offline counts none. */
  maxAttempts: number
  /** Must be safe to be called again after a crash in its middle, because `kept` or the key at the target tells what is there already. */
  send: (payload: P, context: SendContext) => Promise<Receipt>
  /**
   * Asks the target whether an entry whose outcome is unknown arrived. `absent` lets it be sent again. Kinds without it become `dead` when
   * an outcome is unknown, for a person to decide: nothing is sent twice.
   */
  lookUp?: (payload: P, context: SendContext) => Promise<{ found: Receipt } | 'absent'>
  /** Checked in the moment before it is sent: consent withdrawn, study gone. A sentence cancels it with that reason. */
  whyNot?: (payload: P) => string | null
  /** In the transaction that marks it as done or dead. */
  onDone?: (payload: P, receipt: Receipt) => void
  onDead?: (payload: P, reason: string) => void
  /** In the transaction that calls it off: by a person, or by `whyNot`. */
  onCancelled?: (payload: P, reason: string) => void
}>

export type NewEntry = Readonly<{
  kind: string
  /** The same for the same effect, always: a second row of it is never written. */
  key: string
  payload: unknown
  lane?: string | null, subject?: string | null, priority?: number
  notBefore?: Date, bytesTotal?: number | null
  by: string
}>

/** Whether a target may be tried now; the sync room knows. `text` is shown as what an entry waits for. */
export type Reachability = Readonly<{
  mayTry: (target: string) => Readonly<{ ok: true } | { ok: false, text: string }>
  /** What a sender learned, so that the target's state follows what it answers. */
  report: (target: string, outcome: 'answered' | Exclude<FaultClass, 'paused'>, sentence: string | null) => void
}>
