import { AppError } from '../../../src-shared/errors.ts'

/** What a download gets over by itself: `again` after a while, `restart` from the first byte of the file. */
export class HubTrouble extends Error {
  readonly remedy: 'again' | 'restart'
  readonly retryAfterMs: number | null
  constructor(remedy: 'again' | 'restart', message: string, { retryAfterMs = null, cause }: Readonly<{ retryAfterMs?: number | null, cause?: unknown }> = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'HubTrouble'
    this.remedy = remedy
    this.retryAfterMs = retryAfterMs
  }
}

export const unreachable = (cause: unknown): HubTrouble => new HubTrouble('again', 'The hub of models can’t be reached from here, or the connection was cut.', { cause })

/**
 * What an answer that is no success means for the operator (contract of the hub, 2026: `X-Error-Code` and `X-Error-Message`). A missing and a
 * private repository answer alike on purpose.
 */
export async function hubFault(response: Response, { repo, hasToken }: Readonly<{ repo: string, hasToken: boolean }>): Promise<AppError | HubTrouble> {
  const code = response.headers.get('x-error-code')
  const message = response.headers.get('x-error-message') ?? ''
  await response.body?.cancel()
  const { status } = response
  if (status === 429) return new HubTrouble('again', 'The hub is asked too often from here.', { retryAfterMs: waitOf(response) })
  if (status === 408 || status >= 500) return new HubTrouble('again', `The hub is out of order (${status}).`)
  if (status === 401) return unauthorised(code, message, repo, hasToken)
  if (status === 403) return forbidden(code, message, repo)
  if (status === 404) return new AppError('not-found', missing(code, repo))
  return new AppError('not-configured', `The hub refused with ${status}. Nothing was fetched.`)
}

function unauthorised(code: string | null, message: string, repo: string, hasToken: boolean): AppError {
  if (message.includes('Invalid credentials') || (hasToken && code === null)) return new AppError('wrong-credentials', 'The hub does not know this access token: it is wrong, was withdrawn or has expired. Make a new one there and give it here.')
  if (code === 'GatedRepo') return new AppError('not-allowed', `${repo} is given only to those who accepted its terms on the hub. Give an access token of an account that has.`)
  return new AppError('not-found', `There is no repository ${repo} that can be seen ${hasToken ? 'with this access token' : 'without an access token'}. Check its name; if it is private, give a token that may read it.`)
}

function forbidden(code: string | null, message: string, repo: string): AppError {
  if (code === 'GatedRepo') return new AppError('not-allowed', `The account of this access token has not accepted the terms of ${repo}. Open its page on the hub, press “Acknowledge license”, then go on here.`)
  if (message.includes('disabled')) return new AppError('not-allowed', `The hub has switched off ${repo}. Choose another repository.`)
  return new AppError('not-allowed', 'This access token may not read gated repositories. Give it “Read access to contents of all public gated repos you can access” on the hub, or make a new one that has it.')
}

function missing(code: string | null, repo: string): string {
  switch (code) {
    case 'EntryNotFound': return `A file of ${repo} is no longer there. The repository has moved: look at its offer again.`
    case 'RevisionNotFound': return `${repo} has no such revision any more. It has moved: look at its offer again.`
    default: return `There is no repository ${repo}, or it is private. Check its name.`
  }
}

/** `RateLimit: "api";r=0;t=55` or `Retry-After`, in milliseconds, at most five minutes. */
function waitOf({ headers }: Response): number | null {
  const seconds = /;t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1] ?? headers.get('retry-after')
  const ms = Number(seconds) * 1000
  return seconds === null || !Number.isFinite(ms) ? null : Math.min(ms, 300_000)
}
