import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { HubTrouble, hubFault, unreachable } from './hub-faults.ts'
import { ModelPath } from './manifest.ts'

/** A file at a commit. `sha256` where the hub keeps it apart (all that is large), else `gitOid` alone: the SHA-1 of a git blob. */
export type HubFile = Readonly<{ path: string, bytes: number, sha256: string | null, gitOid: string }>
export type HubModel = Readonly<{ revision: string, isGated: boolean, licence: string | null }>
export type OpenedFile = Readonly<{
  body: ReadableStream<Uint8Array>
  /** Of the first byte that comes: 0 where the server did not go on from where it was asked to. */
  from: number
  /** Names these bytes; null where the server gives none. */
  etag: string | null
}>
export type HubOptions = Readonly<{ url: string, fetch?: typeof globalThis.fetch, token: () => string | null, timeoutMs?: number }>
export type Hub = ReturnType<typeof createHub>

const ModelInfo = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/), gated: z.union([z.literal(false), z.string()]).default(false), disabled: z.boolean().default(false),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).optional(), license_name: z.string().optional() }).nullish()
})
const Tree = z.array(z.object({
  type: z.string(), path: z.string(), oid: z.string(), size: z.number().nonnegative(),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().nonnegative() }).optional()
}))
const mostFiles = 10_000
const mostHops = 5

/** The hub of models, read over HTTP (its API as of 2026). The token goes to its own host and to no other. Expected failures are AppErrors with a sentence. */
export function createHub({ url, fetch = globalThis.fetch, token, timeoutMs = 30_000 }: HubOptions) {
  const base = new URL(url.endsWith('/') ? url : `${url}/`)

  /**
   * Follows redirects by hand: within the hub with the token, to the store of large files without. No compression, so that sizes are those of the
   * files; with a range, fetch asks for that itself (and would ask twice).
   */
  const ask = async (start: URL, headers: Record<string, string>, signal: AbortSignal): Promise<{ response: Response, first: Response }> => {
    let at = start
    let first: Response | null = null
    for (let hop = 0; hop <= mostHops; hop++) {
      const isHub = at.origin === base.origin
      const secret = token()
      const response = await reach(fetch, at, { redirect: 'manual', signal, headers: { ...headers, ...('range' in headers ? {} : { 'accept-encoding': 'identity' }), ...(isHub && secret !== null ? { authorization: `Bearer ${secret}` } : {}) } })
      if (isHub) first = response
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null) return { response, first: first ?? response }
      const next = new URL(location, at)
      if (next.protocol !== 'https:' && !(next.protocol === 'http:' && base.protocol === 'http:')) throw new AppError('not-allowed', 'The hub sent on to an address without encryption. Nothing was fetched from there.')
      await response.body?.cancel()
      at = next
    }
    throw new AppError('not-configured', 'The hub sends from one address to the next without end. Perhaps a sign-in page of the network answers in its place.')
  }

  const json = async <S extends z.ZodType>(path: URL, schema: S, signal: AbortSignal | undefined, repo: string): Promise<{ value: z.output<S>, next: URL | null }> => {
    const { response } = await ask(path, { accept: 'application/json' }, bounded(signal, timeoutMs))
    if (!response.ok) throw await hubFault(response, { repo, hasToken: token() !== null })
    const parsed = schema.safeParse(await bodyOf(response))
    if (!parsed.success) throw new AppError('not-configured', 'Something else than the hub of models answered: perhaps a sign-in page of this network, or a proxy.')
    const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1]
    return { value: parsed.data, next: link === undefined ? null : new URL(link, path) }
  }

  return {
    /** What a branch, tag or commit is now. */
    async model(repo: string, revision: string, signal?: AbortSignal): Promise<HubModel> {
      const { value } = await json(new URL(`api/models/${repo}/revision/${encodeURIComponent(revision)}`, base), ModelInfo, signal, repo)
      if (value.disabled) throw new AppError('not-allowed', `The hub has switched off ${repo}. Choose another repository.`)
      const { license, license_name: name } = value.cardData ?? {}
      return { revision: value.sha, isGated: value.gated !== false, licence: name ?? (Array.isArray(license) ? license.join(', ') : license) ?? null }
    },
    /** Every file at a commit, whatever the number of pages. Paths that would lead out of a folder are refused. */
    async files(repo: string, commit: string, signal?: AbortSignal): Promise<HubFile[]> {
      const files: HubFile[] = []
      let page: URL | null = new URL(`api/models/${repo}/tree/${commit}?recursive=true&expand=false`, base)
      while (page !== null) {
        if (page.origin !== base.origin) throw new AppError('not-allowed', 'The hub named another host for its list of files. Nothing was fetched.')
        const { value, next }: { value: z.output<typeof Tree>, next: URL | null } = await json(page, Tree, signal, repo)
        for (const { type, path, oid, size, lfs } of value) if (type === 'file' && ModelPath.safeParse(path).success) files.push({ path, bytes: lfs?.size ?? size, sha256: lfs?.oid ?? null, gitOid: oid })
        if (files.length > mostFiles) throw new AppError('too-large', `${repo} holds more than ${mostFiles} files. It is no model for this reader.`)
        page = next
      }
      return files
    },
    /** The bytes of a file from `from` on. The signal ends it at any time. */
    async open(repo: string, commit: string, { path, bytes, sha256 }: HubFile, from: number, signal: AbortSignal): Promise<OpenedFile> {
      const at = new URL(`${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`, base)
      const { response, first } = await ask(at, from > 0 ? { range: `bytes=${from}-` } : {}, signal)
      if (response.status === 416) throw new HubTrouble('restart', 'The hub has no more bytes of this file.')
      if (response.status !== 200 && response.status !== 206) throw first === response ? await hubFault(response, { repo, hasToken: token() !== null }) : new HubTrouble('again', `The store of large files answered ${response.status}.`)
      const commitNow = first.headers.get('x-repo-commit')
      const linked = tagOf(first.headers.get('x-linked-etag'))
      if ((commitNow !== null && commitNow !== commit) || (sha256 !== null && linked !== null && linked !== sha256)) {
        await response.body?.cancel()
        throw new AppError('conflict', `The hub no longer gives ${path} as it was when you looked. The repository has moved: look at its offer again.`)
      }
      const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
      if (response.status === 206 && (Number(range?.[1]) !== from || Number(range?.[2]) !== bytes)) {
        await response.body?.cancel()
        throw new HubTrouble('restart', 'The hub went on from another place than it was asked to.')
      }
      if (response.body === null) throw new HubTrouble('again', 'The hub answered without a body.')
      return { body: response.body, from: response.status === 206 ? from : 0, etag: linked ?? tagOf(response.headers.get('etag')) }
    },
    /** Throws where the hub does not know the token. */
    async whoAmI(signal?: AbortSignal): Promise<void> { await json(new URL('api/whoami-v2', base), z.looseObject({ name: z.string() }), signal, '') }
  }
}

async function reach(fetch: typeof globalThis.fetch, at: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(at, init)
  } catch (error) {
    if (init.signal?.aborted === true && !(init.signal.reason instanceof DOMException && init.signal.reason.name === 'TimeoutError')) throw init.signal.reason
    throw unreachable(error)
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw unreachable(error)
  }
}

const bounded = (signal: AbortSignal | undefined, ms: number): AbortSignal => (signal === undefined ? AbortSignal.timeout(ms) : AbortSignal.any([signal, AbortSignal.timeout(ms)]))
const tagOf = (etag: string | null): string | null => (etag === null ? null : etag.replace(/^W\//, '').replaceAll('"', ''))
