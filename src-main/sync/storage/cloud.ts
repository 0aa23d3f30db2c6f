import { crc32c } from '@node-rs/crc32'
import { z } from 'zod'
import { SendFault } from '../../platform/outbox-types.ts'
import type { CloudAuth } from './auth.ts'
import { jsonOf } from '../../platform/json.ts'
import { isPage, networkFault, portal, refusalOf } from './faults.ts'
import { textOf, type HttpAnswer, type HttpClient, type HttpRequest } from './http.ts'
import type { Limit } from './limit.ts'
import { putResumable } from './resumable.ts'
import { crcText } from './source.ts'
import type { ConfirmedObject, NewObject, PutContext, Storage } from './types.ts'

export type CloudOptions = Readonly<{ url: string, bucket: string, auth: CloudAuth, http: HttpClient, limit: Limit }>
export type CloudCalls = Readonly<{
  bucket: string, base: string, limit: Limit
  ask: (request: HttpRequest, isOwnCredential?: boolean) => Promise<HttpAnswer>
  refusal: (answer: HttpAnswer) => Promise<SendFault>
  confirmed: (answer: HttpAnswer, object: NewObject) => Promise<ConfirmedObject>
  /** The name is taken: by these very bytes, which is what was wanted, or by others. */
  standing: (object: NewObject, signal: AbortSignal) => Promise<ConfirmedObject>
}>

const Page = z.object({ items: z.array(z.object({ name: z.string(), generation: z.string(), size: z.string(), crc32c: z.string() })).default([]), nextPageToken: z.string().optional() })
const Resource = z.object({ name: z.string(), generation: z.string(), size: z.string(), crc32c: z.string() })
/** Up to here an object goes in one request: a session would double the round trips, and what a cut costs is less than a piece. */
const smallBytes = 2 * 1024 ** 2

/** A bucket of Cloud Storage by its JSON API. Everything is created under the condition that nothing lies there, so that a repeat can't replace. */
export function createCloudStorage({ url, bucket, auth, http, limit }: CloudOptions): Storage {
  const base = url.replace(/\/+$/, '')
  const at = (name: string, query = '') => `${base}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}${query}`
  const ask: CloudCalls['ask'] = async (request, isOwnCredential = false) => {
    const token = isOwnCredential ? null : await auth.token()
    return http.send({ ...request, headers: { ...request.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) } })
  }
  const refusal: CloudCalls['refusal'] = async (answer) => refusalOf(answer.status, answer.headers, await textOf(answer), bucket)

  const find = async (name: string, signal?: AbortSignal): Promise<ConfirmedObject | null> => {
    const answer = await ask({ method: 'GET', url: at(name), ...(signal === undefined ? {} : { signal }) })
    if (answer.status === 404) {
      const text = await textOf(answer)
      // Without the bucket nothing is there either; that is another matter.
      if (isPage(answer.headers)) throw portal()
      if (/bucket does not exist/i.test(text)) throw refusalOf(404, answer.headers, text, bucket)
      return null
    }
    if (answer.status !== 200) throw await refusal(answer)
    const parsed = Resource.safeParse(jsonOf(await textOf(answer)))
    if (!parsed.success) throw portal()
    return { name: parsed.data.name, bytes: Number(parsed.data.size), crc32c: parsed.data.crc32c, generation: parsed.data.generation }
  }
  const standing: CloudCalls['standing'] = async ({ name, source }, signal) => {
    const there = await find(name, signal)
    if (there === null) throw new SendFault('later', 'The cloud storage said that the object is there, and then that it is not.')
    if (there.bytes === source.bytes && there.crc32c === source.crc32c) return there
    throw new SendFault('never', 'Another object lies under this name in the cloud storage. It was left as it is. Look who else writes to this bucket.')
  }
  const confirmed: CloudCalls['confirmed'] = async (answer, { name, source }) => {
    const parsed = Resource.safeParse(jsonOf(await textOf(answer)))
    if (!parsed.success) throw portal()
    const { generation, size, crc32c: sum } = parsed.data
    if (parsed.data.name === name && Number(size) === source.bytes && sum === source.crc32c) return { name, bytes: source.bytes, crc32c: sum, generation }
    // Made this moment by us, and wrong: taken away again, that very generation and no other, so that the name is free for the true bytes.
    const removed = await ask({ method: 'DELETE', url: at(name, `?ifGenerationMatch=${encodeURIComponent(generation)}`) })
    removed.body.resume()
    throw new SendFault('later', 'The bytes that the cloud storage holds are not those that were sent. They were taken away again.')
  }
  const calls: CloudCalls = { bucket, base, limit, ask, refusal, confirmed, standing }

  return {
    mode: 'gcs', place: bucket, find,
    put: async (object, context) => (object.source.bytes <= smallBytes ? putSmall(calls, object, context) : putResumable(calls, object, context)),
    async list(folder, signal) {
      const found: ConfirmedObject[] = []
      let page: string | undefined
      do {
        const query = new URLSearchParams({ prefix: `${folder}/`, fields: 'items(name,generation,size,crc32c),nextPageToken', ...(page === undefined ? {} : { pageToken: page }) })
        const answer = await ask({ method: 'GET', url: `${base}/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`, signal })
        if (answer.status !== 200) throw await refusal(answer)
        const parsed = Page.safeParse(jsonOf(await textOf(answer, 8 * 1024 ** 2)))
        if (!parsed.success) throw portal()
        for (const { name, generation, size, crc32c: sum } of parsed.data.items) found.push({ name, bytes: Number(size), crc32c: sum, generation })
        page = parsed.data.nextPageToken
      } while (page !== undefined)
      return found
    },
    async open(name, signal) {
      const found = await find(name, signal)
      if (found === null) throw new SendFault('never', 'There is no such object in the bucket.')
      const answer = await ask({ method: 'GET', url: at(name, `?alt=media&generation=${found.generation}`), signal })
      if (answer.status !== 200) throw await refusal(answer)
      return { body: checked(answer, found), bytes: found.bytes, contentType: answer.headers['content-type'] ?? 'application/octet-stream' }
    },
    async probe(signal) {
      // A name that is never written: whoever may look for it may do what uploads do, and 404 is the answer hoped for.
      await find('.vigil-probe', signal)
    },
    close: async () => { http.close() }
  }
}

/** Metadata and bytes in one request. The sum goes along, so that the target itself refuses what was changed on the way. */
async function putSmall({ base, bucket, ask, refusal, confirmed, standing, limit }: CloudCalls, object: NewObject, { signal, gate, onBytes }: PutContext): Promise<ConfirmedObject> {
  gate()
  const { name, contentType, source } = object
  const boundary = `vigil-${source.sha256.slice(0, 32)}`
  const head = `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify({ name, contentType, crc32c: source.crc32c })}\r\n--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`
  const pieces: Uint8Array[] = [Buffer.from(head)]
  for await (const piece of source.open(0)) pieces.push(piece)
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`))
  await limit(source.bytes, signal)
  const url = `${base}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?uploadType=multipart&name=${encodeURIComponent(name)}&ifGenerationMatch=0`
  const answer = await ask({ method: 'POST', url, headers: { 'content-type': `multipart/related; boundary=${boundary}` }, body: Buffer.concat(pieces), signal })
  if (answer.status === 412) { answer.body.resume(); const there = await standing(object, signal); onBytes(source.bytes); return there }
  if (answer.status !== 200 && answer.status !== 201) throw await refusal(answer)
  const done = await confirmed(answer, object)
  onBytes(source.bytes)
  return done
}

/** The body as it comes; its end is an error where bytes or sum are not those of the object. */
async function* checked({ body }: HttpAnswer, { bytes, crc32c: expected }: ConfirmedObject): AsyncGenerator<Uint8Array> {
  let sum = 0
  let size = 0
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      sum = crc32c(piece, sum)
      size += piece.length
      yield piece
    }
  } catch (error) {
    throw networkFault(error)
  }
  if (size !== bytes || crcText(sum) !== expected) throw new SendFault('later', 'The bytes that came from the cloud storage are not those of the object.')
}
