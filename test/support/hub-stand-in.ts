import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, sep } from 'node:path'

export const standInCommit = '5'.repeat(40)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const gitOid = (bytes: Buffer) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

export type HubStandIn = {
  readonly url: string
  /** `HUB GET /path range` and `STORE GET …`, in order. */
  readonly received: string[]
  /** Sent by the store of large files without being asked to: shows that a token went where it must not. */
  readonly leaks: string[]
  readonly files: Map<string, Buffer>
  /** Answers of the hub's own host, before it looks at the request; taken from the front. Null lets one through. */
  refusals: (Readonly<{ status: number, code?: string, message?: string, headers?: Record<string, string> }> | null)[]
  isGated: boolean
  /** The whole hub answers as a sign-in page. */
  isPortal: boolean
  /** How the store gives each next body of a large file (`smallBodies`: the hub itself of a small one); taken from the front, then whole. */
  bodies: ('whole' | 'cut' | 'ignores-range' | 'wrong-bytes' | 'wrong-place' | 'expired' | 'stalls' | 'too-much')[]
  smallBodies: HubStandIn['bodies']
  /** What it calls the commit that it gives, and the ETag of small files. */
  commit: string, tag: string
  readonly close: () => Promise<void>
}

/**
 * The hub of models as its contract tells it: a paged tree, gated files, redirects to a second host for whatever is large, ranges. `folder` is
 * a model on disk; files over 10,000 bytes count as large. Only `Bearer hf_good_token` may read.
 */
export async function hubStandIn({ folder, repo = 'clinic/tiny-ONNX' }: Readonly<{ folder: string, repo?: string }>): Promise<HubStandIn> {
  const files = new Map(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(folder.length + 1).split(sep).join('/'), readFileSync(path)] as const
  }))
  const hub = createServer((request, response) => { answerHub(request, response) })
  const store = createServer((request, response) => { answerStore(request, response) })
  const [hubUrl, storeUrl] = [await listening(hub), await listening(store)]
  const state: HubStandIn = {
    url: hubUrl, received: [], leaks: [], files, refusals: [], isGated: true, isPortal: false, bodies: [], smallBodies: [], commit: standInCommit, tag: '',
    close: async () => { for (const server of [hub, store]) { server.closeAllConnections(); server.close(); await once(server, 'close') } }
  }
  const isLarge = (bytes: Buffer) => bytes.length > 10_000
  const refuse = (response: ServerResponse, status: number, code?: string, message = '', headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...(code === undefined ? {} : { 'x-error-code': code }), 'x-error-message': message, ...headers }).end(JSON.stringify({ error: message }))
  }

  function answerHub(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', hubUrl)
    state.received.push(`HUB ${request.method} ${pathname} ${request.headers.range ?? ''}`.trim())
    if (state.isPortal) { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the guest network</html>'); return }
    if (request.headers['accept-encoding'] !== 'identity') { refuse(response, 400, undefined, 'ask for identity'); return }
    const refusal = state.refusals.shift()
    if (refusal !== undefined && refusal !== null) { refuse(response, refusal.status, refusal.code, refusal.message, refusal.headers); return }
    const token = request.headers.authorization
    if (token !== undefined && token !== 'Bearer hf_good_token') { refuse(response, 401, undefined, 'Invalid credentials in Authorization header'); return }
    if (pathname === '/api/whoami-v2') { if (token === undefined) refuse(response, 401); else response.end(JSON.stringify({ name: 'clinic', type: 'user' })); return }
    // A renamed repository: a relative redirect, which keeps the token.
    if (pathname.includes('/old/')) { response.writeHead(307, { location: pathname.replace('/old/', `/${repo.split('/')[0]}/`) + (request.url?.includes('?') === true ? `?${searchParams}` : '') }).end(); return }
    if (pathname.startsWith('/api/models/')) { answerApi(pathname, searchParams, response); return }
    answerResolve(pathname, token, request, response)
  }

  function answerApi(pathname: string, query: URLSearchParams, response: ServerResponse): void {
    const [, what, revision] = new RegExp(`^/api/models/${repo}/(revision|tree)/([^/]+)$`).exec(pathname) ?? []
    if (what === undefined) { refuse(response, 401, 'RepoNotFound', 'Repository not found'); return }
    if (revision !== 'main' && revision !== standInCommit) { refuse(response, 404, 'RevisionNotFound', 'Invalid rev id'); return }
    response.setHeader('content-type', 'application/json')
    if (what === 'revision') { response.end(JSON.stringify({ id: repo, sha: standInCommit, private: false, gated: state.isGated ? 'auto' : false, disabled: false, siblings: [], cardData: { license: 'other', license_name: 'health-ai-developer-foundations' } })); return }
    if (revision === 'main' || query.get('recursive') !== 'true') { refuse(response, 400, undefined, 'tree of a pinned commit, recursive'); return }
    const all = [...files].map(([path, bytes]) => ({ type: 'file', oid: gitOid(bytes), size: bytes.length, path, ...(isLarge(bytes) ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 135 }, xetHash: 'a'.repeat(64) } : {}) }))
    const half = Math.ceil(all.length / 2)
    const isSecond = query.get('cursor') === 'two'
    if (!isSecond) response.setHeader('link', `<${hubUrl}/api/models/${repo}/tree/${revision}?recursive=true&expand=false&cursor=two>; rel="next"`)
    response.end(JSON.stringify([...(isSecond ? all.slice(half) : all.slice(0, half)), ...(isSecond ? [{ type: 'directory', oid: '7', size: 0, path: 'onnx' }] : [])]))
  }

  function answerResolve(pathname: string, token: string | undefined, request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(pathname.split(`/${repo}/resolve/${standInCommit}/`)[1] ?? '')
    const bytes = files.get(path)
    if (bytes === undefined) { refuse(response, 404, 'EntryNotFound', 'Entry not found'); return }
    if (state.isGated && token === undefined) { refuse(response, 401, 'GatedRepo', 'Access to this model is restricted'); return }
    response.setHeader('x-repo-commit', state.commit)
    if (!isLarge(bytes)) { give(response, bytes, request, state.smallBodies, `W/"${state.tag === '' ? gitOid(bytes) : state.tag}"`); return }
    response.writeHead(302, { location: `${storeUrl}/${encodeURIComponent(path)}?X-Signature=s`, 'x-linked-size': bytes.length, 'x-linked-etag': `"${sha256(bytes)}"`, 'x-xet-hash': 'a'.repeat(64) }).end()
  }

  function answerStore(request: IncomingMessage, response: ServerResponse): void {
    state.received.push(`STORE ${request.method} ${decodeURIComponent(request.url?.split('?')[0] ?? '')} ${request.headers.range ?? ''}`.trim())
    if (request.headers.authorization !== undefined) state.leaks.push(request.url ?? '')
    const bytes = files.get(decodeURIComponent((request.url ?? '').slice(1).split('?')[0] ?? ''))
    if (bytes === undefined) { response.writeHead(404).end(); return }
    give(response, bytes, request, state.bodies, `"${sha256(bytes)}"`)
  }

  function give(response: ServerResponse, bytes: Buffer, request: IncomingMessage, hows: HubStandIn['bodies'], etag: string): void {
    const how = hows.shift() ?? 'whole'
    if (how === 'expired') { response.writeHead(403).end(); return }
    const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (asked >= bytes.length && asked > 0) { response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end(); return }
    const from = how === 'ignores-range' ? 0 : asked
    const rest = how === 'wrong-bytes' ? Buffer.alloc(bytes.length - from, 1) : how === 'too-much' ? Buffer.concat([bytes.subarray(from), bytes]) : bytes.subarray(from)
    const named = how === 'wrong-place' ? from + 1 : from
    response.writeHead(from > 0 ? 206 : 200, { etag, ...(how === 'too-much' ? {} : { 'content-length': rest.length }), ...(from > 0 ? { 'content-range': `bytes ${named}-${bytes.length - 1}/${bytes.length}` } : {}) })
    if (how === 'stalls') { response.write(rest.subarray(0, Math.floor(rest.length / 2))); return }
    if (how === 'cut') { response.write(rest.subarray(0, Math.max(1, Math.floor(rest.length / 2))), () => { response.destroy() }); return }
    response.end(rest)
  }
  return state
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
