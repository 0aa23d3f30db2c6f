import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ReaderConfig } from '../../platform/config.ts'
import type { Engine } from '../engine.ts'
import { jsonOf } from '../../platform/json.ts'
import { createRemoteEngine } from './engine.ts'

/** Where the access token of Vertex comes from; `google-auth-library` unless a test brings its own. */
export type TokenSource = () => Promise<string | null | undefined>
type Deps = Readonly<{ config: ReaderConfig, clock: Clock, fetch?: typeof globalThis.fetch, token?: TokenSource }>

const scope = 'https://www.googleapis.com/auth/cloud-platform'
const dedicatedMaxBytes = 10_000_000
const sharedMaxBytes = 1_500_000
const openMaxBytes = 100_000_000

/** Any server that speaks chat completions: llama.cpp, vLLM, Ollama, OpenAI. */
export function openAiEngine({ config: { http }, clock, fetch }: Deps): Engine {
  const { url, model, key } = http ?? { url: '', model: null, key: null }
  return createRemoteEngine({
    name: 'openai', title: 'The reader’s server', model: model ?? 'medgemma', clock, isStreaming: true, maxBytes: openMaxBytes, ...(fetch === undefined ? {} : { fetch }),
    address: async () => ({ url: `${url.replace(/\/+$/, '')}/chat/completions`, headers: key === null ? {} : { authorization: `Bearer ${key}` } })
  })
}

/**
 * A MedGemma endpoint of Vertex. A whole address that ends in `/v1…/endpoints/…` is asked by chat completions, which streams; one that ends in
 * `:predict` in its envelope. An id or a resource name is looked up once: the name of a dedicated endpoint is read, never put together.
 */
export function vertexEngine({ config: { vertex }, clock, fetch = globalThis.fetch, token = googleToken() }: Deps): Engine {
  const { endpoint, project, location } = vertex ?? { endpoint: '', project: null, location: null }
  const isPredict = endpoint.endsWith(':predict')
  let base: string | null = /^https?:\/\//.test(endpoint) ? endpoint.replace(/\/+$/, '') : null
  const authorized = async () => {
    const value = await token().catch((cause: unknown) => { throw new AppError('not-allowed', 'There are no Google credentials on this machine. Set GOOGLE_APPLICATION_CREDENTIALS, or sign in with gcloud.', { cause }) })
    if (value === null || value === undefined || value === '') throw new AppError('not-allowed', 'There are no Google credentials on this machine. Set GOOGLE_APPLICATION_CREDENTIALS, or sign in with gcloud.')
    return { authorization: `Bearer ${value}` }
  }
  const lookUp = async (headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<string> => {
    const resource = endpoint.startsWith('projects/') ? endpoint : `projects/${project ?? ''}/locations/${location ?? ''}/endpoints/${endpoint}`
    const region = /locations\/([^/]+)\//.exec(resource)?.[1]
    if (region === undefined || resource.includes('//')) throw new AppError('not-configured', 'An endpoint of Vertex by its id needs MEDGEMMA_VERTEX_PROJECT and MEDGEMMA_VERTEX_LOCATION too.')
    const shared = `https://${region}-aiplatform.googleapis.com/v1/${resource}`
    const response = await fetch(shared, { headers, redirect: 'error', ...(signal === undefined ? {} : { signal }) })
    const found = z.looseObject({ dedicatedEndpointDns: z.string().regex(/^[a-z0-9.-]+\.vertexai\.goog$/i).optional() }).safeParse(jsonOf(await response.text()))
    if (!response.ok || !found.success) throw new AppError(response.status === 403 || response.status === 401 ? 'not-allowed' : 'not-configured', `Vertex does not tell of this endpoint (status ${response.status}). Check its id, its place and the rights of the account.`)
    return found.data.dedicatedEndpointDns === undefined ? shared : `https://${found.data.dedicatedEndpointDns}/v1/${resource}`
  }
  return createRemoteEngine({
    name: 'vertex', title: 'Vertex', model: 'MedGemma on Vertex', clock, isStreaming: !isPredict, maxBytes: base?.includes('-aiplatform.googleapis.com') === true ? sharedMaxBytes : dedicatedMaxBytes, fetch,
    wrap: (body) => (isPredict ? { instances: [{ '@requestFormat': 'chatCompletions', ...body }] } : { ...body, model: '' }),
    // In Google's own samples an object, in others a list with one.
    unwrap(reply) {
      if (!isPredict) return reply
      const { predictions } = z.looseObject({ predictions: z.unknown() }).catch({ predictions: undefined }).parse(reply)
      return Array.isArray(predictions) ? predictions[0] as unknown : predictions
    },
    async address(signal) {
      const headers = await authorized()
      base ??= await lookUp(headers, signal)
      return { url: isPredict ? base : `${base}/chat/completions`, headers }
    }
  })
}

/** Loaded when it is first needed: it takes a while to import. */
function googleToken(): TokenSource {
  let auth: { getAccessToken: TokenSource } | null = null
  return async () => {
    if (auth === null) {
      const { GoogleAuth } = await import('google-auth-library')
      auth = new GoogleAuth({ scopes: [scope] })
    }
    return auth.getAccessToken()
  }
}
