import type { ModalClient } from 'modal'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { CaptionSession } from './session.ts'

export type ModalSettings = Readonly<{ tokenId: string, tokenSecret: string, appName: string, className: string, environment: string | null }>
/** The part of a deployed class that is used; the SDK stays behind it. */
export type DeployedClass = Readonly<{ call: (method: string, args: readonly unknown[]) => Promise<unknown>, close: () => void }>
export type Deploy = (settings: ModalSettings) => Promise<DeployedClass>

const timeoutMs = 60_000
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.bigint().transform(Number)])
const Answer = z.looseObject({ caption: z.string().nullish(), latency_ms: z.number().nullish(), tokens_generated: z.number().nullish() })

/** A class that runs elsewhere: one instance a stream, which keeps its own history. Frames leave this machine. */
export function modalSession(settings: ModalSettings, clock: Clock, deploy: Deploy = deployed): CaptionSession {
  let remote: Promise<DeployedClass> | null = null
  const closing = new AbortController()
  return {
    async infer({ frames, startS, endS, prompt }, given) {
      const signal = AbortSignal.any([given, closing.signal, AbortSignal.timeout(timeoutMs)])
      const beganMs = clock.monotonicMs()
      remote ??= deploy(settings)
      try {
        // `remote()` of the SDK takes neither a time limit nor a signal: it is raced.
        const answer = Answer.safeParse(await raced((await raced(remote, signal)).call('infer_chunk', [frames.map((frame) => new Uint8Array(frame)), startS, endS, prompt]), signal))
        if (!answer.success) throw new AppError('cannot-decode', 'The deployed class answered something else than a caption.')
        const { caption, latency_ms: latencyMs, tokens_generated: tokensGenerated, ...rest } = answer.data
        const extra = Object.fromEntries(Object.entries(rest).flatMap(([name, value]) => { const one = Scalar.safeParse(value); return one.success ? [[name, one.data]] : [] }))
        return { caption: caption === undefined || caption === null || caption.trim() === '' ? null : caption.trim(), latencyMs: latencyMs ?? clock.monotonicMs() - beganMs, tokensGenerated: tokensGenerated ?? null, isMock: false, extra }
      } catch (error) {
        // The next chunk tries to reach it anew.
        if (!(error instanceof AppError)) remote = null
        throw explained(error, signal)
      }
    },
    async close() {
      closing.abort(new AppError('cancelled', 'The stream has ended.'))
      const instance = await remote?.catch(() => null)
      if (instance === undefined || instance === null) return
      // It may be gone by itself; a stream that ends waits for nobody.
      await raced(instance.call('close', []), AbortSignal.timeout(5000)).catch(() => undefined)
      instance.close()
    }
  }
}

function explained(error: unknown, signal: AbortSignal): AppError {
  if (error instanceof AppError) return error
  if (signal.aborted) return signal.reason instanceof AppError ? signal.reason : new AppError('busy', 'The deployed class did not answer in a minute.')
  const name = error instanceof Error ? error.name : ''
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (name === 'NotFoundError') return new AppError('not-configured', 'The deployed class is not there. Check FORESIGHT_MODAL_APP_NAME and FORESIGHT_MODAL_CLASS_NAME.', { cause: error })
  if (code === 16 || code === 7) return new AppError('not-configured', 'The service of the deployed class does not know our credentials. Check FORESIGHT_MODAL_TOKEN_ID and its secret.', { cause: error })
  if (name === 'RemoteError') return new AppError('cannot-decode', 'The deployed class failed at this chunk.', { cause: error })
  return new AppError('busy', 'The service of the deployed class can not be reached.', { cause: error })
}

function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error)
  return new Promise((resolve, reject) => {
    const stop = () => { reject(signal.reason as Error) }
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => { signal.removeEventListener('abort', stop) })
  })
}

/** Loaded when it is first needed: it brings gRPC along. */
async function deployed(settings: ModalSettings): Promise<DeployedClass> {
  const { ModalClient: Client } = await import('modal')
  const { tokenId, tokenSecret, environment } = settings
  return deployedBy(new Client({ tokenId, tokenSecret, ...(environment === null ? {} : { environment }) }), settings)
}

/** One instance of the class, through a client of the SDK. */
export async function deployedBy(client: ModalClient, { appName, className, environment }: ModalSettings): Promise<DeployedClass> {
  const found = await client.cls.fromName(appName, className, environment === null ? {} : { environment })
  const instance = await found.instance()
  return {
    call: async (method, args): Promise<unknown> => {
      const answer: unknown = await instance.method(method).remote([...args])
      return answer
    },
    close: () => { client.close() }
  }
}
