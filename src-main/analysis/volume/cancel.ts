import { AppError } from '../../../src-shared/errors.ts'

/** An `AbortSignal`, or anything that can be asked the same question: a worker busy in a loop hears no messages but can read shared memory. */
export type CancelSignal = Readonly<{ aborted: boolean }>

/** Reads a flag on a SharedArrayBuffer: any value but 0 cancels. */
export function sharedSignal(flag: Int32Array): CancelSignal {
  return { get aborted() { return Atomics.load(flag, 0) !== 0 } }
}

/** @throws AppError `cancelled` */
export function throwIfCancelled(signal: CancelSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('cancelled', 'The analysis was cancelled.')
}
