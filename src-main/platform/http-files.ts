import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { AppError } from '../../src-shared/errors.ts'

export type ByteRange = Readonly<{ start: number, end: number }>
export type FileAnswer = Readonly<{ path: string, contentType: string, headers?: Readonly<Record<string, string>> }>

/** A file as a streamed answer, whole or by one byte range (RFC 9110 14.2). Throws `not-found` where there is no such file. */
export async function answerFile(request: Request, { path, contentType, headers = {} }: FileAnswer): Promise<Response> {
  const found = await stat(path).catch(missing)
  if (found === null || !found.isFile()) throw new AppError('not-found', 'There is nothing here.')
  const range = parseRange(request.headers.get('range'), found.size)
  const all = { 'content-type': contentType, 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff', ...headers }
  if (range === 'unsatisfiable') return new Response(null, { status: 416, headers: { ...all, 'content-range': `bytes */${found.size}` } })
  const { start, end } = range ?? { start: 0, end: found.size - 1 }
  const length = { 'content-length': String(end - start + 1) }
  const isBodyless = request.method === 'HEAD' || found.size === 0
  const body = isBodyless ? null : streamOf(createReadStream(path, { start, end, highWaterMark: 256 * 1024 }))
  return range === null
    ? new Response(body, { status: 200, headers: { ...all, ...length } })
    : new Response(body, { status: 206, headers: { ...all, ...length, 'content-range': `bytes ${start}-${end}/${found.size}` } })
}

/** One range only; several ranges or an unknown unit count as none, which the RFC allows. */
export function parseRange(header: string | null, size: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  return start >= size || start > end ? 'unsatisfiable' : { start, end }
}

/** Node's and the web's stream types name the same thing apart. */
function streamOf(readable: Readable): ReadableStream {
  return Readable.toWeb(readable) as ReadableStream
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
  throw error
}
