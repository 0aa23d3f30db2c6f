import { z } from 'zod'

export const errorCodes = [
  'invalid-request', 'not-signed-in', 'locked', 'wrong-credentials', 'too-many-attempts', 'not-allowed', 'foreign-origin',
  'not-found', 'conflict', 'stale-revision', 'already-signed', 'cannot-sign', 'not-analysable', 'geometry-refused',
  'measuring-locked', 'cannot-decode', 'cancelled', 'disk-full', 'too-large', 'unsupported', 'busy', 'not-configured', 'internal'
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** An expected failure. `message` is a sentence a clinician can act on and never holds patient data. */
export class AppError extends Error {
  readonly code: ErrorCode
  /** Name of the field or part that is wrong, where there is one. */
  readonly field: string | undefined
  constructor(code: ErrorCode, message: string, options: { field?: string, cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.field = options.field
  }
}

/** Body of every answer that is not a success. */
export const ErrorBody = z.object({
  error: z.object({ code: z.enum(errorCodes), message: z.string(), field: z.string().optional(), traceId: z.string().optional() })
})
export type ErrorBody = z.infer<typeof ErrorBody>

export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`)
}
