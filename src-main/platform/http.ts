import type { Context, ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import type { Role } from '../../src-shared/accounts.ts'
import { AppError, type ErrorBody, type ErrorCode } from '../../src-shared/errors.ts'
import { isDiskFull } from './disk-full.ts'
import type { Log } from './log.ts'

/**
 * Who acts. `machine` is a script with the API token or the command line: it may bring in, analyse and read, never judge or sign.
 * Identity comes from the session or the token, never from the message.
 */
export type Principal = Readonly<{ id: string, name: string, role: Role | 'machine' }>
export const apiPrincipal: Principal = { id: 'api', name: 'Upload token', role: 'machine' }
export const commandLinePrincipal: Principal = { id: 'command-line', name: 'Command line', role: 'machine' }

/** What the outer middleware puts on each request before a room's routes see it. */
export type HttpEnv = {
  Variables: { principal: Principal | null, traceId: string }
  /** `peer`: the address that a request of the LAN comes from, as the host says. */
  Bindings: { peer?: string }
}

/** The one table from error code to HTTP status. */
const statuses: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  'invalid-request': 400, 'not-signed-in': 401, 'wrong-credentials': 401, 'not-allowed': 403, 'foreign-origin': 403, 'not-found': 404,
  conflict: 409, 'stale-revision': 409, 'already-signed': 409, 'cannot-sign': 409, 'too-large': 413, unsupported: 415,
  'not-analysable': 422, 'geometry-refused': 422, 'cannot-decode': 422, 'measuring-locked': 423, locked: 423, 'too-many-attempts': 429,
  cancelled: 409, internal: 500, busy: 503, 'not-configured': 503, 'disk-full': 507
}

export function statusOf(code: ErrorCode): ContentfulStatusCode {
  return statuses[code]
}

export function principalOf(c: Context<HttpEnv>): Principal {
  const principal = c.get('principal') ?? null
  if (principal === null) throw new AppError('not-signed-in', 'Sign in first.')
  return principal
}

export function requireRole(c: Context<HttpEnv>, ...roles: readonly Principal['role'][]): Principal {
  const principal = principalOf(c)
  if (!roles.includes(principal.role)) throw new AppError('not-allowed', 'Your role does not allow this. Ask an administrator of this workstation.')
  return principal
}

/** A JSON body of at most `maxBytes`, parsed by its schema. The content type must be JSON: a plain form of a foreign page can't send that. */
export async function parseJson<S extends z.ZodType>(c: Context<HttpEnv>, schema: S, { maxBytes = 1024 * 1024 }: { maxBytes?: number } = {}): Promise<z.output<S>> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new AppError('unsupported', 'This request must carry JSON (content-type: application/json).')
  return parse(schema, jsonOf(await readBody(c.req.raw, maxBytes)))
}

/** The query as an object of strings; where a name is repeated, the first counts. */
export function parseQuery<S extends z.ZodType>(c: Context<HttpEnv>, schema: S): z.output<S> {
  return parse(schema, c.req.query())
}

/** One part of the path. */
export function parseParam<S extends z.ZodType>(c: Context<HttpEnv>, name: string, schema: S): z.output<S> {
  return parse(schema, c.req.param(name), name)
}

/** The one error door: expected failures by the table, everything else logged once with its trace id and answered calmly. */
export function errorDoor(log: Log): ErrorHandler<HttpEnv> {
  return (error, c) => {
    const traceId = c.get('traceId') ?? ''
    const known = c.req.raw.signal.aborted ? new AppError('cancelled', 'The request was broken off.') : expected(error)
    // Clients of the services before this one read `detail`.
    const detail = (sentence: string) => (/^\/(?:api\/(?:ct|auth|internal|portal)|ct|captions|biometrics|poke|vision)\//.test(c.req.path) ? { detail: sentence } : {})
    if (known !== null) return c.json({ ...errorBody(known, traceId), ...detail(known.message) }, statuses[known.code])
    log.error('request-failed', error, { traceId, method: c.req.method, route: c.req.routePath.replaceAll('/', ' ').trim() })
    const calm = error instanceof AppError ? error.message : 'Something went wrong on our side. Nothing that was saved is lost. Try again, and give the trace number if it stays.'
    return c.json({ ...errorBody(new AppError('internal', calm), traceId), ...detail(calm) }, 500)
  }
}

/** What the system below may say at any time is no surprise either. */
function expected(error: Error): AppError | null {
  if (error instanceof AppError) return error.code === 'internal' ? null : error
  const code = 'code' in error ? String(error.code) : ''
  if (isDiskFull(error)) return new AppError('disk-full', 'The disk is full. Free some space, then try again. Nothing that was saved is lost.', { cause: error })
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY')) return new AppError('not-configured', 'The data folder can only be read at the moment. Nothing that was saved is lost, and everything can be looked at; give Vigil the right to write there again.', { cause: error })
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return new AppError('unsupported', 'A part of the database is damaged. Close Vigil and run "vigil db check", which says what can be brought back.', { cause: error })
  if (code.startsWith('SQLITE_BUSY')) return new AppError('busy', 'Another program is writing at the moment. Try again.', { cause: error })
  return null
}

export function errorBody(error: AppError, traceId: string): ErrorBody {
  const field = error.field === undefined ? {} : { field: error.field }
  return { error: { code: error.code, message: error.message, ...field, ...(traceId === '' ? {} : { traceId }) } }
}

function parse<S extends z.ZodType>(schema: S, value: unknown, within?: string): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = [...(within === undefined ? [] : [within]), ...(issue?.path ?? [])].map(String).join('.')
  const reason = issue?.message ?? 'not valid'
  const message = reason.endsWith('.') ? reason : `${field === '' ? 'The request' : `"${field}"`} is not valid: ${reason}.`
  throw new AppError('invalid-request', message, field === '' ? {} : { field })
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new AppError('too-large', `The request is larger than ${Math.round(maxBytes / 1024)} kB.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new AppError('invalid-request', 'The request is not valid JSON.', { cause })
  }
}
