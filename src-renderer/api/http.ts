import type { z } from 'zod'
import { AppError, ErrorBody } from '../../src-shared/errors.ts'
import { UnreachableError } from './failures.ts'

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The one way to the edge. Every answer is parsed by its schema; every failure is an `AppError` or an `UnreachableError`. */
export type Http = Readonly<{
  get: <S extends z.ZodType>(path: string, schema: S, signal?: AbortSignal) => Promise<z.output<S>>
  send: <S extends z.ZodType>(method: Method, path: string, body: unknown, schema: S, signal?: AbortSignal) => Promise<z.output<S>>
  /** For answers that carry nothing. */
  act: (method: Method, path: string, body?: unknown, signal?: AbortSignal) => Promise<void>
  /** Bytes up, raw. */
  put: (path: string, body: Blob, signal?: AbortSignal) => Promise<void>
  /** The unread answer, for streams and files. */
  open: (path: string, signal?: AbortSignal) => Promise<Response>
}>

export function createHttp(deps: Readonly<{ fetch: typeof fetch }>): Http {
  const open = async (path: string, init: RequestInit) => {
    let response: Response
    try {
      response = await deps.fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init })
    } catch (cause) {
      if (init.signal?.aborted === true) throw cause
      throw new UnreachableError(cause)
    }
    if (!response.ok) throw await failureOf(response)
    return response
  }
  return {
    get: async (path, schema, signal) => parseAnswer(await open(path, signal ? { signal } : {}), schema),
    send: async (method, path, body, schema, signal) => parseAnswer(await open(path, jsonRequest(method, body, signal)), schema),
    act: async (method, path, body, signal) => { await drain(await open(path, jsonRequest(method, body, signal))) },
    put: async (path, body, signal) => {
      await drain(await open(path, { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream' }, ...(signal ? { signal } : {}) }))
    },
    open: (path, signal) => open(path, signal ? { signal } : {})
  }
}

function jsonRequest(method: Method, body: unknown, signal: AbortSignal | undefined): RequestInit {
  const headers = { 'content-type': 'application/json' }
  return { method, ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }), ...(signal ? { signal } : {}) }
}

async function drain(response: Response): Promise<void> {
  await response.arrayBuffer()
}

async function parseAnswer<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(await jsonOf(response))
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new AppError('internal', `The window and its service do not understand each other (${where}). Restart Vigil; if it stays, reinstall it.`)
  }
  return parsed.data
}

async function failureOf(response: Response): Promise<Error> {
  const parsed = ErrorBody.safeParse(await jsonOf(response))
  if (!parsed.success) return new UnreachableError(new Error(`status ${response.status} without a reason`))
  const { code, message, field } = parsed.data.error
  return new AppError(code, message, field === undefined ? {} : { field })
}

/** `undefined` where the body is no JSON: no schema accepts it, so the caller still gets a failure and never a guess. */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
