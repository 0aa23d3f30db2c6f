import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBucket, Refusal, summing, type Bucket, type Metadata, type StoredObject } from './objects.ts'
import { createSessions, type PieceFault } from './sessions.ts'
import { verifySignedUrl } from './signatures.ts'

type Doing = 'start' | 'piece' | 'query' | 'multipart' | 'metadata' | 'media' | 'list' | 'bucket' | 'delete' | 'signed'
/** What goes wrong with the next request of a kind; taken in order. */
export type CloudFault = Readonly<{ on: Doing | 'any' }> & (
  | Readonly<{ status: number, reason?: string, headers?: Record<string, string> }>
  | (Readonly<{ piece: PieceFault }>)
  /** Nothing is answered; the connection stays. */
  | Readonly<{ stall: true }>
  /** Done, and the connection cut before the answer. */
  | Readonly<{ cutAnswer: true }>
  /** Cut before anything is read. */
  | Readonly<{ cut: true }>
  /** Says that it is done, and keeps nothing. */
  | Readonly<{ lie: true }>
)
export type Seen = Readonly<{ doing: Doing, method: string, name: string, range: string, bytes: number }>
export type CloudStandIn = {
  readonly url: string, readonly bucket: Bucket, readonly requests: Seen[]
  faults: CloudFault[]
  /** Asked at each request that no fault is meant for. */
  weather: (() => CloudFault | null) | null
  /** What `Authorization: Bearer` must be; null lets anybody in. */
  token: string | null
  isPortal: boolean, isDown: boolean
  /** Keeps sums and sizes, not the bytes. */
  isForgetful: boolean
  now: () => Date
  /** Milliseconds that each answer takes. */
  latencyMs: number
  readonly account: Readonly<{ email: string, privateKey: string }>
  expireSessions: () => void
  /** Of all requests: bytes of objects that came in, those that were cut included. */
  received: () => number
  close: () => Promise<void>
}

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Cloud Storage on the loopback: the resumable protocol, preconditions, checksums, signed addresses, and everything that may go wrong. */
export async function cloudStandIn({ bucketName = 'clinic-bucket', port = 0 }: Readonly<{ bucketName?: string, port?: number }> = {}): Promise<CloudStandIn> {
  const bucket = createBucket(bucketName)
  const sessions = createSessions(bucket, { isForgetful: () => state.isForgetful, count: (bytes) => { count(bytes) } })
  const server = createServer({ requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    if (state.isDown) { request.socket.destroy(); return }
    answer(request, response).catch((error: unknown) => { refuse(request, response, error) })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const email = 'vigil@clinic.iam.gserviceaccount.com'
  let receivedBytes = 0
  const count = (bytes: number) => { receivedBytes += bytes }
  const state: CloudStandIn = {
    url, bucket, requests: [], faults: [], weather: null, token: null, isPortal: false, isDown: false, isForgetful: false, now: () => new Date(), latencyMs: 0,
    account: { email, privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
    expireSessions: () => { sessions.expire() }, received: () => receivedBytes,
    close: async () => { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
  const keyOf = (name: string): KeyObject | null => (name === email ? keys.publicKey : null)

  function doingOf({ method = 'GET', headers }: IncomingMessage, at: URL): { doing: Doing, name: string } {
    const upload = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(at.pathname)
    const object = /^(?:\/download)?\/storage\/v1\/b\/([^/]+)\/o\/(.+)$/.exec(at.pathname)
    const queried = at.searchParams.get('name') ?? ''
    if (upload !== null) {
      if (upload[1] !== bucketName) throw new Refusal(404, 'notFound', 'The specified bucket does not exist.')
      if (method === 'PUT' || method === 'DELETE') return { doing: (headers['content-range'] ?? '').startsWith('bytes */') ? 'query' : 'piece', name: queried }
      return { doing: at.searchParams.get('uploadType') === 'resumable' ? 'start' : 'multipart', name: queried }
    }
    if (object !== null) {
      if (object[1] !== bucketName) throw new Refusal(404, 'notFound', 'The specified bucket does not exist.')
      return { doing: method === 'DELETE' ? 'delete' : at.searchParams.get('alt') === 'media' ? 'media' : 'metadata', name: decodeURIComponent(object[2] ?? '') }
    }
    const list = /^\/storage\/v1\/b\/([^/]+)(\/o)?$/.exec(at.pathname)
    if (list !== null) {
      if (list[1] !== bucketName) throw new Refusal(404, 'notFound', 'The specified bucket does not exist.')
      return { doing: list[2] === undefined ? 'bucket' : 'list', name: at.searchParams.get('prefix') ?? '' }
    }
    const [, first = '', ...rest] = at.pathname.split('/')
    if (first === bucketName && at.searchParams.has('X-Goog-Signature')) return { doing: 'signed', name: decodeURIComponent(rest.join('/')) }
    throw new Refusal(404, 'notFound', `Nothing lies at ${at.pathname}.`)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new URL(request.url ?? '/', url)
    if (state.latencyMs > 0) await new Promise((resolve) => { setTimeout(resolve, state.latencyMs) })
    if (state.isPortal) { request.resume(); response.writeHead(302, { location: 'http://portal.example/sign-in', 'content-type': 'text/html' }).end('<html>Welcome</html>'); return }
    const { doing, name } = doingOf(request, at)
    state.requests.push({ doing, method: request.method ?? '', name, range: request.headers['content-range'] ?? '', bytes: Number(request.headers['content-length'] ?? 0) })
    const index = state.faults.findIndex(({ on }) => on === 'any' || on === doing)
    const own = index < 0 ? null : state.faults.splice(index, 1)[0] ?? null
    const chance = own === null ? state.weather?.() ?? null : null
    const fault = own ?? (chance !== null && (chance.on === 'any' || chance.on === doing) ? chance : null)
    if (fault !== null && 'stall' in fault) return
    if (fault !== null && 'cut' in fault) { request.socket.destroy(); return }
    if (fault !== null && 'status' in fault) {
      request.resume()
      for (const [header, value] of Object.entries(fault.headers ?? {})) response.setHeader(header, value)
      throw new Refusal(fault.status, fault.reason ?? 'backendError', 'So it was told to answer.')
    }
    // A session's address and a signature carry their own right.
    if (state.token !== null && doing !== 'piece' && doing !== 'query' && doing !== 'signed') {
      const given = request.headers.authorization
      if (given === undefined) throw new Refusal(401, 'required', 'Anonymous caller does not have access.')
      if (given !== `Bearer ${state.token}`) throw new Refusal(401, 'authError', 'Invalid Credentials')
    }
    const cutAnswer = fault !== null && 'cutAnswer' in fault
    const isLie = fault !== null && 'lie' in fault
    const piece = fault !== null && 'piece' in fault ? fault.piece : {}
    const match = at.searchParams.get('ifGenerationMatch')
    const json = (value: unknown, headers: Record<string, string> = {}, status = 200) => {
      if (cutAnswer) { request.socket.destroy(); return }
      response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(JSON.stringify(value))
    }
    const made = (stored: StoredObject) => { json(bucket.resource(stored)) }
    switch (doing) {
      case 'start': await start(request, response, { at, name, match, cutAnswer }); return
      case 'piece': case 'query': {
        const session = sessions.find(at.searchParams.get('upload_id'))
        if (request.method === 'DELETE') { session.isGone = true; response.writeHead(499).end(); return }
        if (isLie) { const empty = summing(true); for await (const bytes of request as AsyncIterable<Buffer>) empty.add(bytes); json(bucket.resource({ name: session.name, contentType: 'x', generation: '7', metadata: {}, at: '', ...empty.end() })); return }
        const found = await sessions.put(session, request, piece)
        if ('stored' in found) { made(found.stored); return }
        if (cutAnswer) { request.socket.destroy(); return }
        response.writeHead(308, { 'content-length': '0', ...(found.kept === 0 ? {} : { range: `bytes=0-${found.kept - 1}` }), 'x-guploader-uploadid': session.id }).end()
        return
      }
      case 'multipart': { const stored = await multipart(request, { name, match, isLie, piece }); made(stored); return }
      case 'metadata': json(bucket.resource(bucket.get(name))); return
      case 'media': media(request, response, bucket.get(name), piece); return
      case 'delete': bucket.remove(name, match); response.writeHead(204).end(); return
      case 'bucket': json({ kind: 'storage#bucket', id: bucketName, name: bucketName, location: 'EU', projectNumber: '1' }); return
      case 'list': {
        const all = [...bucket.objects.values()].filter((object) => object.name.startsWith(name)).toSorted((one, other) => (one.name < other.name ? -1 : 1))
        const from = Number(at.searchParams.get('pageToken') ?? 0)
        const count = Number(at.searchParams.get('maxResults') ?? 1000)
        json({ kind: 'storage#objects', items: all.slice(from, from + count).map((object) => bucket.resource(object)), ...(from + count < all.length ? { nextPageToken: String(from + count) } : {}) })
        return
      }
      case 'signed': await signed(request, response, name, piece); return
      default: doing satisfies never
    }
  }

  async function start(request: IncomingMessage, response: ServerResponse, { at, name, match, cutAnswer }: Readonly<{ at: URL, name: string, match: string | null, cutAnswer: boolean }>): Promise<void> {
    const text = (await whole(request)).toString('utf8')
    if (text !== '' && request.headers['content-type']?.startsWith('application/json') !== true) throw new Refusal(400, 'badContent', 'The metadata must be JSON.')
    const metadata = text === '' ? {} : JSON.parse(text) as Metadata
    const declared = request.headers['x-upload-content-length']
    const session = sessions.begin(name === '' ? metadata.name ?? '' : name, { ...metadata, ...(metadata.contentType === undefined ? { contentType: String(request.headers['x-upload-content-type'] ?? 'application/octet-stream') } : {}) }, match, declared === undefined ? null : Number(declared))
    if (cutAnswer) { request.socket.destroy(); return }
    response.writeHead(200, { location: `${url}${at.pathname}?uploadType=resumable&name=${encodeURIComponent(session.name)}&upload_id=${session.id}`, 'x-guploader-uploadid': session.id, 'content-length': '0' }).end()
  }

  async function multipart(request: IncomingMessage, { name, match, isLie, piece }: Readonly<{ name: string, match: string | null, isLie: boolean, piece: PieceFault }>): Promise<StoredObject> {
    const type = request.headers['content-type'] ?? ''
    const boundary = /boundary=["']?([^"';]+)/.exec(type)?.[1]
    if (!type.startsWith('multipart/related') || boundary === undefined) throw new Refusal(400, 'badContent', 'Multipart uploads are multipart/related.')
    const body = await whole(request, piece, count)
    const open = Buffer.from(`--${boundary}`)
    const first = body.indexOf(open)
    const second = body.indexOf(`\r\n--${boundary}`, first + open.length)
    const last = body.lastIndexOf(`\r\n--${boundary}--`)
    if (first !== 0 || second < 0 || last <= second) throw new Refusal(400, 'badContent', 'Malformed multipart body.')
    const head = body.subarray(body.indexOf('\r\n\r\n', first) + 4, second).toString('utf8')
    const mediaHead = body.indexOf('\r\n\r\n', second + 2)
    const contentType = /content-type: *([^\r\n]+)/i.exec(body.subarray(second, mediaHead).toString('latin1'))?.[1] ?? 'application/octet-stream'
    const metadata = JSON.parse(head) as Metadata
    const sums = summing(state.isForgetful)
    const bytes = Buffer.from(body.subarray(mediaHead + 4, last))
    if (piece.corrupt === true && bytes.length > 0) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    sums.add(bytes)
    const object = name === '' ? metadata.name ?? '' : name
    if (isLie) return { name: object, contentType, generation: '7', metadata: {}, at: '', ...sums.end() }
    return bucket.write(object, sums.end(), { contentType, ...metadata }, match)
  }

  function media(request: IncomingMessage, response: ServerResponse, { bytes, crc32c, md5, generation, contentType }: StoredObject, { cutAfter }: PieceFault): void {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const from = range === null ? 0 : Number(range[1])
    const to = range === null || range[2] === '' ? bytes.length : Number(range[2]) + 1
    if (range !== null && from >= bytes.length) throw new Refusal(416, 'requestedRangeNotSatisfiable', 'The range lies beyond the object.')
    response.writeHead(range === null ? 200 : 206, { 'content-type': contentType, 'content-length': String(to - from), 'x-goog-hash': `crc32c=${crc32c},md5=${md5}`, 'x-goog-generation': generation, 'x-goog-stored-content-length': String(bytes.length), 'x-goog-stored-content-encoding': 'identity', ...(range === null ? {} : { 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` }) })
    if (cutAfter === undefined) { response.end(bytes.subarray(from, to)); return }
    response.write(bytes.subarray(from, from + cutAfter), () => { request.socket.destroy() })
  }

  async function signed(request: IncomingMessage, response: ServerResponse, name: string, piece: PieceFault): Promise<void> {
    const xml = (status: number, code: string, message: string) => { request.resume(); response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`) }
    const fault = verifySignedUrl(request, keyOf, state.now())
    if (fault !== null) { xml(fault.status, fault.code, fault.message); return }
    if (request.method === 'GET') { media(request, response, bucket.get(name), piece); return }
    if (request.method !== 'PUT') { xml(405, 'MethodNotAllowed', 'PUT or GET.'); return }
    const [least, most] = String(request.headers['x-goog-content-length-range'] ?? '0,').split(',').map((value) => (value === '' ? Number.POSITIVE_INFINITY : Number(value)))
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    if (Number.isNaN(length)) { xml(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'); return }
    if (length < (least ?? 0)) { xml(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum object size.'); return }
    if (length > (most ?? Number.POSITIVE_INFINITY)) { xml(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.'); return }
    const sums = summing(false)
    sums.add(await whole(request, piece, count))
    const match = request.headers['x-goog-if-generation-match']
    try {
      const stored = bucket.write(name, sums.end(), { contentType: request.headers['content-type'] ?? 'application/octet-stream' }, match === undefined ? null : String(match))
      response.writeHead(200, { etag: `"${stored.md5}"`, 'x-goog-generation': stored.generation, 'x-goog-hash': `crc32c=${stored.crc32c},md5=${stored.md5}`, 'content-length': '0' }).end()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      xml(error.status, error.status === 412 ? 'PreconditionFailed' : 'InvalidArgument', error.message)
    }
  }
  return state
}

async function whole(request: IncomingMessage, { cutAfter, delayMsPerPiece }: PieceFault = {}, count: (bytes: number) => void = () => undefined): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      if (delayMsPerPiece !== undefined) await new Promise((resolve) => { setTimeout(resolve, delayMsPerPiece) })
      pieces.push(piece)
      size += piece.length
      count(piece.length)
      if (cutAfter !== undefined && size >= cutAfter) { request.socket.destroy(); throw new Refusal(0, 'cut', 'cut') }
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(0, 'cut', 'the sender went away')
  }
  return Buffer.concat(pieces)
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (error instanceof Refusal && error.status === 0) { request.destroy(); response.destroy(); return }
  const { status, reason, message } = error instanceof Refusal ? error : new Refusal(500, 'internalError', String(error))
  if (response.headersSent || response.destroyed) { response.destroy(); return }
  const location = status === 412 ? { locationType: 'header', location: 'If-Match' } : {}
  // Whoever still sends is told and let go.
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', connection: 'close' }).end(JSON.stringify({ error: { code: status, message, errors: [{ message, domain: 'global', reason, ...location }] } }))
}
