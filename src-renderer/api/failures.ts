import { AppError } from '../../src-shared/errors.ts'

/** The edge gave no answer at all: it is stopped, restarting, or the window lost it. Nothing was acknowledged. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('Vigil does not answer on this machine. What is open stays open; it is tried again.', { cause })
    this.name = 'UnreachableError'
  }
}

/** The sentence to show for whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AppError || error instanceof UnreachableError) return error.message
  if (error instanceof Error) return `The window failed at this step: ${error.message}`
  return 'The window failed at this step and gave no reason.'
}

/** True where the answer means that nobody is signed in, or the session is locked. */
export function isSessionFailure(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not-signed-in' || error.code === 'locked')
}

/** Worth another try by itself: only silence of the edge, and only for reads. */
export function isWorthRetrying(failures: number, error: unknown): boolean {
  return error instanceof UnreachableError && failures < 3
}
