import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { jsonOf } from '../../platform/json.ts'

const Body = z.looseObject({ error: z.union([z.string(), z.looseObject({ code: z.union([z.string(), z.number()]).nullish(), type: z.string().nullish(), status: z.string().nullish(), param: z.string().nullish() })]).optional() })
export type Failure = Readonly<{ error: AppError, mayRetry: boolean, refusesFormat: boolean }>

/** What a server's refusal means, by its status and the code inside. Its own words are not repeated: they may quote what was sent. */
export function failureOf(status: number, text: string, name: string): Failure {
  const parsed = Body.safeParse(jsonOf(text))
  const inner = parsed.success && typeof parsed.data.error === 'object' ? parsed.data.error : null
  const code = String(inner?.code ?? inner?.type ?? inner?.status ?? '')
  const fail = (kind: AppError['code'], sentence: string, mayRetry = false): Failure => ({ error: new AppError(kind, sentence), mayRetry, refusesFormat: false })
  if (status === 401) return fail('not-allowed', `${name} does not accept the credentials. Check them and try again.`)
  if (status === 403) return fail('not-allowed', `${name} does not allow this account to ask the model (aiplatform.endpoints.predict, or the right of the key).`)
  if (status === 404) return fail('not-configured', `${name} has no such model or endpoint. Check the address and the name of the model.`)
  if (status === 413 || code === 'context_length_exceeded') return fail('too-large', `${name} takes no request of this size. Let the reader send fewer slices under Settings, Reader.`)
  if (status === 429 && code === 'insufficient_quota') return fail('not-allowed', `The account at ${name} has nothing left to spend.`)
  if (status === 429) return fail('busy', `${name} takes no more requests at the moment. Try again later.`, true)
  if (status === 400) return { error: new AppError('cannot-decode', `${name} did not understand the request.`), mayRetry: false, refusesFormat: /response_format|json_schema|grammar/i.test(text) }
  if (status === 408 || status === 504) return fail('busy', `${name} did not answer in time.`, true)
  if (status >= 500) return fail('busy', `${name} is not able to answer at the moment. Try again later.`, true)
  return fail('cannot-decode', `${name} answered in a way that is not understood (status ${status}).`)
}
