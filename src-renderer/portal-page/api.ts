import type { ErrorCode } from '../../src-shared/errors.ts'
import type { CallAsk, OptOut, OtpRequest, OtpRequested, OtpVerify, PortalClinic, PortalDone, PortalHome, PortalMe, TotpOffer } from '../../src-shared/portal.ts'

const told = ['not-signed-in', 'wrong-credentials', 'too-many-attempts', 'invalid-request', 'busy', 'not-allowed'] as const satisfies readonly ErrorCode[]
/** What can go wrong, as far as the page has words of its own for it. `unreachable`: no answer at all. */
export type Trouble = (typeof told)[number] | 'unreachable' | 'other'

export class ApiFailure extends Error {
  readonly trouble: Trouble
  readonly field: string | null
  constructor(trouble: Trouble, field: string | null = null, options?: ErrorOptions) {
    super(trouble, options)
    this.name = 'ApiFailure'
    this.trouble = trouble
    this.field = field
  }
}

const answerWithinMs = 20_000

/** The sentence of the server is English and for people of the clinic: only its code is taken. */
export function failureOf(body: unknown): ApiFailure {
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  if (typeof error !== 'object' || error === null || !('code' in error)) return new ApiFailure('other')
  const { code } = error
  const field = 'field' in error && typeof error.field === 'string' ? error.field : null
  return new ApiFailure(told.find((one) => one === code) ?? 'other', field)
}

/** What the page asks of the workstation. Throws an ApiFailure. */
export function createApi(fetchFrom: typeof fetch = (...args) => fetch(...args)) {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    let response: Response
    try {
      response = await fetchFrom(path, {
        method, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(answerWithinMs),
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
      })
    } catch (cause) {
      throw new ApiFailure('unreachable', null, { cause })
    }
    const answer: unknown = await response.json().catch(() => null)
    if (!response.ok) throw failureOf(answer)
    if (typeof answer !== 'object' || answer === null) throw new ApiFailure('other')
    // It comes from the very workstation that served this page, by the same contract; a parser would be larger than the page.
    return answer as T
  }
  return {
    clinic: () => call<PortalClinic>('GET', '/api/portal/clinic'),
    requestCode: (body: OtpRequest) => call<OtpRequested>('POST', '/api/auth/otp/request', body),
    verifyCode: (body: OtpVerify) => call<PortalMe>('POST', '/api/auth/otp/verify', body),
    verifyApp: (body: OtpVerify) => call<PortalMe>('POST', '/api/auth/totp/verify', body),
    me: () => call<PortalMe>('GET', '/api/auth/me'),
    signOut: () => call<PortalDone>('POST', '/api/auth/logout'),
    home: () => call<PortalHome>('GET', '/api/portal'),
    askCall: (body: CallAsk) => call<PortalDone>('POST', '/api/portal/call', body),
    optOut: (body: OptOut) => call<PortalDone>('POST', '/api/portal/opt-out', body),
    chooseLanguage: (language: PortalHome['language']) => call<PortalDone>('PUT', '/api/portal/language', { language }),
    offerApp: () => call<TotpOffer>('POST', '/api/portal/totp'),
    confirmApp: (code: string) => call<PortalDone>('POST', '/api/portal/totp/confirm', { code }),
    removeApp: () => call<PortalDone>('DELETE', '/api/portal/totp')
  }
}
export type Api = ReturnType<typeof createApi>

export const imageAddress = (reportId: string, imageId: number): string => `/api/portal/reports/${encodeURIComponent(reportId)}/images/${imageId}`
