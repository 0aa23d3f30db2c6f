import { encode } from 'cbor-x'
import { ModalClient } from 'modal'
import { describe, expect, it } from 'vitest'
import { aFrame } from '../../../test/support/lan-device.ts'
import { heldClock } from '../../../test/support/edge.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { parseConfig } from '../../platform/config.ts'
import { createLog, type LogLine } from '../../platform/log.ts'
import type { ReaderFace } from '../faces.ts'
import { localSession } from './local.ts'
import { deployedBy, modalSession, type DeployedClass, type ModalSettings } from './modal.ts'
import { createCaptionSource } from './source.ts'

const clock = heldClock()
const settings: ModalSettings = { tokenId: 'ak-test', tokenSecret: 'as-test', appName: 'foresight-gemma3-vlm', className: 'Gemma3VLMSession', environment: null }
const never = new AbortController().signal
const ask = async (shades: readonly number[] = [10, 20]) => ({ frames: await Promise.all(shades.map((shade) => aFrame(shade))), startS: 1, endS: 2, prompt: 'Say it.', history: ['Before.'] })

type Asked = { frames: readonly Readonly<{ width: number, height: number }>[], history: readonly string[], prompt: string }
function aReader(answer: string | Error = 'A man waves.', seen: Asked[] = []): ReaderFace {
  const run = async (_task: string, input: unknown) => {
    seen.push(input as Asked)
    if (answer instanceof Error) throw answer
    return { statements: [{ section: 'none', spans: [{ type: 'text', text: answer }, { type: 'cut', text: '120' }], images: [], lines: [], isFlagged: true }], verdict: null, decision: null, message: null, images: { given: [], available: 2, note: '' }, output: {}, run: { isMock: false }, timing: { generatedTokens: 9 } }
  }
  // Only what a caption asks of it.
  return { run, runOn: run, whyNot: () => null, summary: () => ({ state: 'idle', text: 'tiny, on this machine', isMock: false, waiting: 0 }) } as unknown as ReaderFace
}

describe('the reader of this workstation', () => {
  it('gets the frames that can be decoded, what was seen before, and loses the numbers that nothing measured', async () => {
    const seen: Asked[] = []
    const session = localSession({ reader: aReader('A man waves.', seen), clock, remembers: true })
    const given = await ask()
    const result = await session.infer({ ...given, frames: [...given.frames, (given.frames[0] ?? Buffer.alloc(0)).subarray(0, 200), Buffer.from([0xff, 0xd8, 0xff, 0])] }, never)
    expect(result).toMatchObject({ caption: 'A man waves.', tokensGenerated: 9, isMock: false })
    expect([seen[0]?.frames.map(({ width, height }) => [width, height]), seen[0]?.history, seen[0]?.prompt]).toEqual([[[96, 128], [96, 128]], ['Before.'], 'Say it.'])
  })

  it('as "legacy" sees each chunk by itself; a chunk without any whole picture is a sentence', async () => {
    const seen: Asked[] = []
    await localSession({ reader: aReader('x', seen), clock, remembers: false }).infer(await ask(), never)
    expect(seen[0]?.history).toEqual([])
    await expect(localSession({ reader: aReader(), clock, remembers: true }).infer({ ...await ask(), frames: [Buffer.from('no picture')] }, never)).rejects.toThrow('None of the frames')
  })
})

describe('a deployed class', () => {
  /** Its control plane, as far as one method is called: the wire's own field names and CBOR payloads. */
  const plane = (answer: unknown, calls: unknown[] = []) => ({
    functionGet: async () => ({ functionId: 'fu-1', handleMetadata: { supportedInputFormats: [4], methodHandleMetadata: { infer_chunk: { supportedInputFormats: [4] }, close: { supportedInputFormats: [4] } } } }),
    functionMap: async (request: unknown) => { calls.push(request); return { functionCallId: 'fc-1', functionCallJwt: 'jwt', pipelinedInputs: [{ idx: 0, inputId: 'in-1', inputJwt: 'jwt' }] } },
    functionGetOutputs: async () => ({ outputs: [{ idx: 0, dataFormat: 4, result: answer instanceof Error ? { status: 2, exception: answer.message } : { status: 1, data: encode(answer) } }] }),
    authTokenGet: async () => ({ token: 'token' }), close: () => undefined
  })
  const through = (cpClient: unknown) => (given: ModalSettings): Promise<DeployedClass> => deployedBy(new ModalClient({ tokenId: 'ak-test', tokenSecret: 'as-test', cpClient: cpClient as never }), given)

  it('is called through the real SDK with the frames as bytes, and its answer is handed on', async () => {
    const calls: unknown[] = []
    const session = modalSession(settings, clock, through(plane({ caption: ' A door opens. ', latency_ms: 41, tokens_generated: 12, model: 'gemma-3', nothing: null }, calls)))
    expect(await session.infer(await ask(), never)).toEqual({ caption: 'A door opens.', latencyMs: 41, tokensGenerated: 12, isMock: false, extra: { model: 'gemma-3' } })
    expect(JSON.stringify(calls)).toContain('infer_chunk')
  })

  it('that fails, is not there, knows no credentials or answers nonsense is a sentence, and the next chunk tries again', async () => {
    await expect(modalSession(settings, clock, through(plane(new Error("ValueError('bad frame')")))).infer(await ask(), never)).rejects.toThrow('failed at this chunk')
    await expect(modalSession(settings, clock, through(plane(['no', 'caption']))).infer(await ask(), never)).rejects.toThrow('something else than a caption')
    const refused = Object.assign(new Error('unauthenticated'), { code: 16 })
    let tries = 0
    const session = modalSession(settings, clock, async () => { tries++; if (tries === 1) throw refused; return { call: async () => ({ caption: 'Back.' }), close: () => undefined } })
    await expect(session.infer(await ask(), never)).rejects.toThrow('credentials')
    expect((await session.infer(await ask(), never)).caption).toBe('Back.')
  })

  it('that never answers is left when the stream ends', async () => {
    const session = modalSession(settings, clock, async () => ({ call: () => new Promise(() => undefined), close: () => undefined }))
    const left = expect(session.infer(await ask(), never)).rejects.toMatchObject({ code: 'cancelled' })
    await session.close()
    await left
  })
})

describe('who captions', () => {
  const source = (env: Record<string, string>, reader = aReader(), logged: LogLine[] = []) => {
    const { glasses } = parseConfig(env)
    return createCaptionSource({ reader, clock, log: createLog((line) => { logged.push(line) }), config: glasses, chosen: () => glasses.captions ?? 'local' })
  }

  it('is as it was set, by either name of the credentials and by the headers of a client', () => {
    expect(source({}).facts()).toMatchObject({ session: 'local', text: 'tiny, on this machine' })
    for (const env of [{ FORESIGHT_MODAL_TOKEN_ID: 'a', FORESIGHT_MODAL_TOKEN_SECRET: 'b' }, { MODAL_TOKEN_ID: 'a', MODAL_TOKEN_SECRET: 'b' }]) expect(source({ VISION_SESSION: 'modal', ...env }).facts().session).toBe('modal')
    expect(source({ VISION_SESSION: 'modal' }).facts({ tokenId: 'a', tokenSecret: 'b', appName: null, className: null }).session).toBe('modal')
  })

  it('is nobody, with one warning, where credentials or weights are missing', () => {
    const logged: LogLine[] = []
    const without = source({ VISION_SESSION: 'modal' }, aReader(), logged)
    expect([without.open(), without.open(), without.facts().session]).toEqual([null, null, 'none'])
    expect(logged.filter(({ event }) => event === 'nobody-captions')).toHaveLength(1)
    const silent = { ...aReader(), whyNot: () => 'No reader is installed.' }
    expect(source({ VISION_SESSION: 'legacy' }, silent, logged).facts()).toMatchObject({ chosen: 'legacy', session: 'none', text: 'Nobody captions: no reader is installed.' })
    expect(source({ VISION_SESSION: 'none' }, aReader(), logged).open()).toBeNull()
  })

  it('says why a chunk was not captioned', async () => {
    await expect(source({}, aReader(new AppError('busy', 'The reader is busy.'))).open()?.infer(await ask(), never)).rejects.toThrow('The reader is busy.')
  })
})
