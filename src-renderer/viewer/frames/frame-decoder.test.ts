import { describe, expect, test } from 'vitest'
import { packEnd, packHead, packStart, type PackedFrame } from '../../../src-shared/frame-pack.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { DecodedFrame } from './finish-frame.ts'
import { createFrameDecoder, type FrameDecoderOptions } from './frame-decoder.ts'
import { createFrameWork } from './frame-work.ts'
import { aFrame, aPixel, aSeries } from '../test-series.ts'
import type { FrameBytes } from './transport.ts'

const frames = Array.from({ length: 12 }, (_, index) => aFrame(index))
const plain = aSeries({ pixel: aPixel({ rows: 1, columns: 2, bitsStored: 12, highBit: 11, pixelRepresentation: 0 }), frames })
const compressed = { ...plain, pixel: { ...plain.pixel, transferSyntaxUid: '1.2.840.10008.1.2.4.80' } }
const bigEndian = { ...plain, pixel: { ...plain.pixel, transferSyntaxUid: '1.2.840.10008.1.2.2' } }
const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer)
const turn = (ms = 0) => new Promise((done) => { setTimeout(done, ms) })

/** The edge: a stream of these frames, in pieces of `size` bytes, ended or broken off. */
function answered(entries: readonly PackedFrame[], { size = 5, isEnded = true }: { size?: number; isEnded?: boolean } = {}) {
  const parts = [packStart(), ...entries.flatMap((one) => [packHead(one), ...(one.kind === 'failed' ? [] : [one.bytes])]), ...(isEnded ? [packEnd()] : [])]
  const whole = new Uint8Array(parts.flatMap((part) => [...part]))
  let at = 0
  return new Response(new ReadableStream({
    pull(controller) {
      if (at >= whole.length) controller.close()
      else controller.enqueue(whole.subarray(at, at += size))
    }
  }))
}

type Decode = NonNullable<Awaited<ReturnType<NonNullable<FrameDecoderOptions['codecs']>>>>['decodeInWorker']

/** A decoder whose worker runs in this thread. Messages are copied and transferred as between threads. */
function aDecoder({ answer, decode = null, fromEdge, stallMs = 1000 }: {
  answer: (path: string, signal: AbortSignal | null | undefined) => Response | Promise<Response>; decode?: Decode | null; fromEdge?: () => Promise<FrameBytes>; stallMs?: number
}) {
  const asked: string[] = []
  const decoder = createFrameDecoder({ frame: () => fromEdge?.() ?? Promise.reject(new Error('The edge was not to be asked.')) }, {
    codecs: async () => decode === null ? null : { decodeInWorker: decode },
    start: (receive) => {
      const work = createFrameWork({
        stallMs, post: (message, transfer) => { const copy = structuredClone(message, { transfer }); queueMicrotask(() => { receive(copy) }) },
        fetch: async (input, init) => { asked.push(typeof input === 'string' ? input : ''); return answer(typeof input === 'string' ? input : '', init?.signal) }
      })
      return { post: (message, transfer) => { const copy = structuredClone(message, { transfer }); queueMicrotask(() => { work(copy) }) }, close: () => undefined }
    }
  })
  return { decoder, asked }
}

async function loaded({ decoder }: ReturnType<typeof aDecoder>, series: SeriesDescription, signal = new AbortController().signal) {
  const came: [number, readonly number[] | string][] = []
  const valuesOf = (decoded: DecodedFrame) => decoded.kind === 'grey' ? [...decoded.values] : [...decoded.rgba]
  const done = decoder.load(series, { first: 3, limit: 12, most: 12, have: [] }, {
    frame: (index, decoded) => { came.push([index, valuesOf(decoded)]) }, failed: (index, reason) => { came.push([index, reason]) }
  }, signal)
  return { came, done }
}

describe('frames on their way to the screen', () => {
  test('come rescaled, in the order of the stream, with a reason in place of one that is missing', async () => {
    const used = aDecoder({ answer: () => answered([{ kind: 'stored', index: 3, bytes: words(1024, 0xf001) }, { kind: 'failed', index: 4, reason: 'It is damaged.' }, { kind: 'stored', index: 2, bytes: words(0, 4095) }]) })
    const { came, done } = await loaded(used, plain)
    await done
    expect(used.asked).toEqual(['/api/series/1.2.3/pack?first=3&limit=12&most=12'])
    expect(came).toEqual([[3, [0, -1023]], [4, 'It is damaged.'], [2, [-1024, 3071]]])
  })

  test('that are too short are missing, not padded, and the others come', async () => {
    const { came, done } = await loaded(aDecoder({ answer: () => answered([{ kind: 'stored', index: 0, bytes: words(1) }, { kind: 'stored', index: 1, bytes: words(1, 2) }]) }), plain)
    await done
    expect(came).toEqual([[0, 'The frame has 2 bytes, 4 are needed.'], [1, [-1023, -1022]]])
  })

  test('come decoded from the edge where no window decodes them exactly', async () => {
    const { came, done } = await loaded(aDecoder({ answer: () => answered([{ kind: 'decoded', index: 0, bytes: words(1, 2), photometricInterpretation: 'MONOCHROME2' }]) }), bigEndian)
    await done
    expect(came).toEqual([[0, [-1023, -1022]]])
  })

  test('go through a codec where they are compressed: the first alone, then a few at a time', async () => {
    let atOnce = 0
    const most: number[] = []
    const decode: Decode = async (bytes) => {
      atOnce += 1
      most.push(atOnce)
      await turn(2)
      atOnce -= 1
      return Uint16Array.of(bytes[0] ?? 0, 7)
    }
    const { came, done } = await loaded(aDecoder({ decode, answer: () => answered(frames.map((_, index) => ({ kind: 'stored', index, bytes: Uint8Array.of(index + 1) }))) }), compressed)
    await done
    expect(came.toSorted(([a], [b]) => a - b)).toEqual(frames.map((_, index) => [index, [index + 1 - 1024, 7 - 1024]]))
    expect(most.slice(0, 2)).toEqual([1, 1])
    expect(Math.max(...most)).toBeLessThanOrEqual(6)
  })

  test('are asked of the edge where the codec fails or does not load, and say so where that fails too', async () => {
    const answer = () => answered([{ kind: 'stored', index: 0, bytes: Uint8Array.of(9) }])
    const fromEdge = async () => ({ bytes: words(5, 6), photometricInterpretation: 'MONOCHROME2' })
    for (const decode of [null, () => Promise.reject(new Error('trap'))]) {
      const { came, done } = await loaded(aDecoder({ answer, decode, fromEdge }), compressed)
      await done
      expect(came).toEqual([[0, [-1019, -1018]]])
    }
    const { came, done } = await loaded(aDecoder({ answer, fromEdge: () => Promise.reject(new Error('It is damaged.')) }), compressed)
    await done
    expect(came).toEqual([[0, 'It is damaged.']])
  })
})

describe('a stream that does not come to its end', () => {
  const one: PackedFrame = { kind: 'stored', index: 3, bytes: words(1024, 1025) }

  test('leaves the frames that came, and rejects', async () => {
    const { came, done } = await loaded(aDecoder({ answer: () => answered([one], { isEnded: false }) }), plain)
    await expect(done).rejects.toThrow('broken off')
    expect(came).toEqual([[3, [0, 1]]])
  })

  test('rejects with the words of the edge where it refuses', async () => {
    const body = { error: { code: 'locked', message: 'The workstation is locked. Unlock it with your password.' } }
    const { done } = await loaded(aDecoder({ answer: () => Response.json(body, { status: 423 }) }), plain)
    await expect(done).rejects.toMatchObject({ code: 'locked', message: body.error.message })
    const { done: plainly } = await loaded(aDecoder({ answer: () => new Response('<h1>', { status: 502 }) }), plain)
    await expect(plainly).rejects.toMatchObject({ code: 'internal' })
  })

  test('is given up where nothing comes any more', async () => {
    const silent = (_: string, signal: AbortSignal | null | undefined) => new Response(new ReadableStream({
      start(controller) {
        controller.enqueue(packStart())
        signal?.addEventListener('abort', () => { controller.error(signal.reason) })
      }
    }))
    const { done } = await loaded(aDecoder({ answer: silent, stallMs: 10 }), plain)
    await expect(done).rejects.toThrow('No image arrived')
  })

  test('leaves lines free: series beyond the third wait for their turn, and none waits for one that was given up', async () => {
    const held: ((response: Response) => void)[] = []
    const used = aDecoder({ answer: () => new Promise((done) => { held.push(done) }) })
    const aborts = Array.from({ length: 5 }, () => new AbortController())
    const loads = await Promise.all(aborts.map(({ signal }) => loaded(used, plain, signal)))
    await turn()
    expect(used.asked).toHaveLength(3)
    const given = expect(loads[3]?.done).rejects.toThrow()
    aborts[3]?.abort()
    await given
    held[0]?.(answered([one]))
    await loads[0]?.done
    await turn()
    expect(used.asked).toHaveLength(4)
    for (const done of held.slice(1)) done(answered([one]))
    await Promise.all([loads[1]?.done, loads[2]?.done, loads[4]?.done])
    expect(loads.map(({ came }) => came.length)).toEqual([1, 1, 1, 0, 1])
  })

  test('ends with whoever asked for it, and nothing of it is told afterwards', async () => {
    const abort = new AbortController()
    let told: AbortSignal | null | undefined
    const { came, done } = await loaded(aDecoder({ answer: async (_, signal) => { told = signal; await turn(10); return answered([one]) } }), plain, abort.signal)
    await turn()
    abort.abort()
    await expect(done).rejects.toThrow()
    await turn(30)
    expect([came, told?.aborted]).toEqual([[], true])
  })
})
