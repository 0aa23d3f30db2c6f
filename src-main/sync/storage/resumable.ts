import { SendFault } from '../../platform/outbox-types.ts'
import type { CloudCalls } from './cloud.ts'
import { portal } from './faults.ts'
import { textOf, type HttpAnswer } from './http.ts'
import type { StorageSession } from './session.ts'
import type { ConfirmedObject, NewObject, PutContext } from './types.ts'

/** A multiple of 262,144 as the protocol asks. What a cut can cost at the most. */
export const pieceBytes = 8 * 1024 ** 2
/** Connections that break in a row without one more byte that counts. */
const mostCuts = 3
type At = Readonly<{ at: 'offset', offset: number } | { at: 'done', object: ConfirmedObject } | { at: 'gone' }>

/** Sends an object in a session that outlives this process, from the last byte that the target has confirmed. */
export async function putResumable(calls: CloudCalls, object: NewObject, context: PutContext): Promise<ConfirmedObject> {
  const kept = context.session?.crc32c === object.source.crc32c && context.session.name === object.name ? context.session : null
  let session = kept
  let sessions = kept === null ? 0 : 1
  let now: At = kept === null ? { at: 'gone' } : await query(calls, kept, object, context)
  let cuts = 0
  for (;;) {
    context.signal.throwIfAborted()
    if (now.at === 'done') { context.keep(null); return now.object }
    if (now.at === 'gone') {
      if (++sessions > 3) throw new SendFault('later', 'The cloud storage drops each upload that is begun.')
      const begun = await begin(calls, object, context)
      if ('standing' in begun) return begun.standing
      session = begun.session
      context.keep(session)
      now = { at: 'offset', offset: 0 }
      continue
    }
    if (session === null) throw new Error('An upload has an offset and no session.')
    const { offset } = now
    context.gate()
    try {
      now = await putPiece(calls, session, object, offset, context)
      cuts = now.at === 'offset' && now.offset <= offset ? cuts + 1 : 0
    } catch (error) {
      if (!(error instanceof SendFault) || error.faultClass !== 'offline' || context.signal.aborted || ++cuts > mostCuts) throw error
      now = await query(calls, session, object, context)
      if (now.at === 'offset' && now.offset > offset) cuts = 0
    }
    if (cuts > mostCuts) throw new SendFault('later', 'The cloud storage takes requests and keeps none of their bytes.')
    if (now.at === 'offset') context.onBytes(now.offset)
  }
}

async function begin({ base, bucket, ask, refusal, standing }: CloudCalls, object: NewObject, { signal }: PutContext): Promise<Readonly<{ session: StorageSession } | { standing: ConfirmedObject }>> {
  const { name, contentType, source } = object
  const url = `${base}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?uploadType=resumable&name=${encodeURIComponent(name)}&ifGenerationMatch=0`
  const headers = { 'content-type': 'application/json; charset=UTF-8', 'x-upload-content-type': contentType, 'x-upload-content-length': String(source.bytes) }
  const answer = await ask({ method: 'POST', url, headers, body: Buffer.from(JSON.stringify({ name, contentType, crc32c: source.crc32c })), signal })
  if (answer.status === 412) { answer.body.resume(); return { standing: await standing(object, signal) } }
  if (answer.status !== 200 && answer.status !== 201) throw await refusal(answer)
  await textOf(answer)
  const { location } = answer.headers
  if (location === undefined) throw portal()
  const uri = new URL(location, base)
  // The address is a credential: it must not lead to somebody else.
  if (uri.origin !== new URL(base).origin) throw new SendFault('never', 'The cloud storage named another host for the upload. Nothing was sent there.')
  return { session: { name, uri: uri.href, crc32c: source.crc32c } }
}

async function query(calls: CloudCalls, session: StorageSession, object: NewObject, { signal }: PutContext): Promise<At> {
  const answer = await calls.ask({ method: 'PUT', url: session.uri, headers: { 'content-range': `bytes */${object.source.bytes}` }, signal }, true)
  return whereAfter(calls, answer, object, signal)
}

async function putPiece(calls: CloudCalls, session: StorageSession, object: NewObject, offset: number, { signal, onBytes }: PutContext): Promise<At> {
  const { source } = object
  const end = Math.min(source.bytes, offset + pieceBytes)
  let sent = offset
  const answer = await calls.ask({
    method: 'PUT', url: session.uri, headers: { 'content-range': `bytes ${offset}-${end - 1}/${source.bytes}`, 'content-type': object.contentType }, signal,
    body: { length: end - offset, chunks: span(source.open(offset), end - offset, calls, signal) }, onSent: (bytes) => { sent += bytes; onBytes(Math.min(sent, end)) }
  }, true)
  return whereAfter(calls, answer, object, signal)
}

async function whereAfter({ refusal, confirmed, standing }: CloudCalls, answer: HttpAnswer, object: NewObject, signal: AbortSignal): Promise<At> {
  const { status, headers } = answer
  if (status === 308) {
    await textOf(answer)
    const last = /^bytes=0-(\d+)$/.exec(headers.range ?? '')?.[1]
    if (headers.location !== undefined) throw portal()
    const offset = last === undefined ? 0 : Number(last) + 1
    // More than the whole, or all of it without the end: no session of ours.
    return offset >= object.source.bytes ? { at: 'gone' } : { at: 'offset', offset }
  }
  if (status === 200 || status === 201) return { at: 'done', object: await confirmed(answer, object) }
  if (status === 404 || status === 410 || status === 499) { answer.body.resume(); return { at: 'gone' } }
  if (status === 412) { answer.body.resume(); return { at: 'done', object: await standing(object, signal) } }
  const fault = await refusal(answer)
  // It and we do not agree on where this session stands. What it refused of a whole object it would refuse again at the beginning of the next one.
  if (status === 400 && fault.faultClass === 'never') return { at: 'gone' }
  throw fault
}

/** Exactly `length` bytes, as fast as the limit lets them. */
async function* span(chunks: AsyncIterable<Uint8Array>, length: number, { limit }: CloudCalls, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let left = length
  for await (const chunk of chunks) {
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk
    await limit(piece.length, signal)
    left -= piece.length
    yield piece
    if (left === 0) return
  }
  if (left > 0) throw new SendFault('never', 'A stored file became shorter while it was being sent. Run "vigil db check".')
}
