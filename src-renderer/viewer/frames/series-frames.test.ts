import { describe, expect, test } from 'vitest'
import { AppError } from '../../../src-shared/errors.ts'
import type { FrameRequest, FrameSink } from './frame-decoder.ts'
import { createSeriesFrames } from './series-frames.ts'
import { aFrame, aPixel, aSeries, framesAsked } from '../test-series.ts'

const count = 40
const frameList = Array.from({ length: count }, (_, index) => aFrame(index))
const series = aSeries({ pixel: aPixel({ bitsStored: 12, highBit: 11 }), frames: frameList })
const bytesOfFrame = 4 * 6 * 2
const grey = () => ({ kind: 'grey', values: new Int16Array(24), minimum: 0, maximum: 0 }) as const
const turn = (ms = 0) => new Promise((done) => { setTimeout(done, ms) })

type Asked = FrameRequest & Readonly<{ order: readonly number[]; sink: FrameSink; signal: AbortSignal; end: () => void; break: (cause: Error) => void; give: (frames: number) => void }>

/** Frames whose edge answers by hand: `asked` holds each request, `give` sends that many of its frames. */
function opened(budgetBytes = bytesOfFrame * count, of = series) {
  const asked: Asked[] = []
  const changed: number[] = []
  const frames = createSeriesFrames({
    series: of, budgetBytes, retryAfterMs: [5, 5], onChange: (index) => { changed.push(index) },
    load: (request, sink, signal) => new Promise((resolve, reject) => {
      const order = [...framesAsked(request, of.frames.length)]
      const left = [...order]
      asked.push({
        ...request, have: [...request.have], order, sink, signal, end: resolve, break: reject,
        give: (number) => {
          for (const index of left.splice(0, number)) sink.frame(index, grey())
          if (left.length === 0) resolve()
        }
      })
    })
  })
  return { frames, asked, changed, last: () => { const found = asked.at(-1); if (found === undefined) throw new Error('Nothing was asked for.'); return found } }
}

describe('the frames of an open series', () => {
  test('are asked for once, in one stream, from the one being looked at outwards', async () => {
    const { frames, asked, changed, last } = opened()
    frames.look(10)
    expect(last().order.slice(0, 4)).toEqual([10, 11, 9, 12])
    last().give(count)
    await turn()
    expect(asked).toHaveLength(1)
    expect(changed).toHaveLength(count)
    expect(frames.progress()).toMatchObject({ loaded: count, failed: 0, total: count, bytesLoaded: 48 * count, bytesTotal: 48 * count })
    frames.close()
  })

  test('keep coming in one stream while somebody scrolls on through them', async () => {
    const { frames, asked, last } = opened()
    frames.look(10)
    for (let index = 10; index < 30; index += 1) {
      last().give(2)
      frames.look(index)
    }
    expect(asked).toHaveLength(1)
    frames.close()
  })

  test('of a long series come in several streams, so that other series get their turn', async () => {
    const many = Array.from({ length: 150 }, (_, index) => aFrame(index))
    const { frames, asked, last } = opened(bytesOfFrame * 150, { ...series, frames: many })
    frames.look(70)
    for (let turns = 0; turns < 3; turns += 1) {
      last().give(150)
      await turn()
    }
    expect(asked.map(({ order }) => order.length)).toEqual([64, 64, 22])
    expect(new Set(asked.flatMap(({ order }) => order)).size).toBe(150)
    expect(frames.progress().loaded).toBe(150)
    frames.close()
  })

  test('turn at once to where somebody jumps, and are not sent twice', async () => {
    const { frames, asked, last } = opened()
    frames.look(0)
    last().give(3)
    const shown = frames.settled(39)
    frames.look(39)
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(last()).toMatchObject({ first: 39, have: [0, 1, 2] })
    last().give(1)
    expect((await shown).kind).toBe('ready')
    last().give(count)
    await turn()
    expect([asked.length, frames.progress().loaded]).toEqual([2, count])
    frames.close()
  })

  test('begin few streams while somebody drags through them, and the last at where he stops', async () => {
    const { frames, asked, last } = opened()
    frames.look(0)
    for (let index = 1; index < count; index += 1) frames.look((index * 17) % count)
    frames.look(25)
    await expect.poll(() => last().first).toBe(25)
    expect(asked.length).toBeLessThanOrEqual(3)
    frames.close()
  })

  test('that come late, after a jump, are not taken for others', () => {
    const { frames, asked } = opened()
    frames.look(0)
    asked[0]?.give(1)
    frames.look(30)
    asked[0]?.sink.frame(1, grey())
    expect(frames.at(1).kind).toBe('waiting')
    frames.close()
  })

  test('hold no more than the budget, around what is looked at', async () => {
    const { frames, last } = opened(bytesOfFrame * 5)
    expect(frames.fitsWhole).toBe(false)
    frames.look(2)
    last().give(count)
    await turn()
    expect([frames.progress().loaded, frames.progress().held]).toEqual([5, 5])
    frames.look(27)
    last().give(count)
    await turn()
    expect([frames.at(27).kind, frames.at(2).kind, frames.progress().loaded]).toEqual(['ready', 'waiting', 5])
    frames.close()
  })

  test('fit the memory by what they take, where the header allows for wider values', async () => {
    const { frames, last } = opened(bytesOfFrame * count, aSeries({ frames: frameList }))
    frames.look(0)
    expect([frames.fitsWhole, last().limit]).toEqual([false, count / 2])
    last().give(count)
    await turn()
    last().give(count)
    await turn()
    expect([frames.fitsWhole, frames.progress().loaded]).toEqual([true, count])
    frames.close()
  })

  test('give memory back at once when another series needs it, the farthest first, and fetch anew when there is more', async () => {
    const { frames, last } = opened()
    frames.look(20)
    last().give(count)
    await turn()
    frames.setBudget(bytesOfFrame * 7)
    expect([frames.progress().loaded, frames.at(20).kind, frames.at(23).kind, frames.at(24).kind]).toEqual([7, 'ready', 'ready', 'waiting'])
    frames.setBudget(bytesOfFrame * count)
    last().give(count)
    await turn()
    expect([frames.progress().loaded, frames.fitsWhole]).toEqual([count, true])
    frames.close()
  })

  test('wait while another series has the line', async () => {
    const { frames, asked, last } = opened()
    frames.look(5)
    last().give(2)
    frames.pause()
    expect(asked[0]?.signal.aborted).toBe(true)
    frames.look(9)
    expect(asked).toHaveLength(1)
    frames.resume()
    expect(last()).toMatchObject({ first: 9, have: [5, 6] })
    frames.close()
  })

  test('say why one is missing and bring the others', async () => {
    const { frames, last } = opened()
    frames.look(3)
    last().sink.failed(3, 'Three is damaged.')
    expect(await frames.settled(3)).toEqual({ kind: 'failed', reason: 'Three is damaged.' })
    last().sink.frame(4, grey())
    expect((await frames.settled(4)).kind).toBe('ready')
    frames.close()
    await expect(frames.settled(9)).rejects.toThrow('closed')
  })

  test('come on after a broken line, without what is there', async () => {
    const { frames, asked, last } = opened()
    frames.look(0)
    last().give(4)
    last().break(new Error('network'))
    await expect.poll(() => asked.length).toBe(2)
    expect(last().have).toEqual([0, 1, 2, 3])
    last().give(count)
    await turn()
    expect(frames.progress().loaded).toBe(count)
    frames.close()
  })

  test('fail with the reason when the line stays broken, or when the edge refuses, which no waiting mends', async () => {
    const broken = opened()
    broken.frames.look(0)
    for (let tries = 0; tries < 3; tries += 1) {
      await expect.poll(() => broken.asked.length).toBe(tries + 1)
      broken.last().break(new Error('No connection.'))
    }
    await expect.poll(() => broken.frames.at(17)).toEqual({ kind: 'failed', reason: 'No connection.' })
    expect(broken.asked).toHaveLength(3)
    const refused = opened()
    refused.frames.look(0)
    refused.last().break(new AppError('locked', 'The workstation is locked.'))
    await turn(20)
    expect([refused.asked.length, refused.frames.at(0)]).toEqual([1, { kind: 'failed', reason: 'The workstation is locked.' }])
  })

  test('left out by the edge are not waited for', async () => {
    const { frames, asked, last } = opened()
    frames.look(0)
    last().sink.frame(0, grey())
    last().end()
    await turn()
    expect(frames.at(5)).toMatchObject({ kind: 'failed' })
    expect(asked).toHaveLength(1)
  })
})
