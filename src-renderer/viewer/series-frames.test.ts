import { describe, expect, test } from 'vitest'
import type { FrameDescription } from '../../src-shared/studies.ts'
import { pictureOf } from './picture.ts'
import { createSeriesFrames } from './series-frames.ts'
import { aFrame, aSeries } from './test-series.ts'

const series = aSeries({ frames: Array.from({ length: 20 }, (_, index) => aFrame(index)) })
const bytesOfFrame = 4 * 6 * 4
const grey = { kind: 'grey', values: new Int16Array(24), minimum: 0, maximum: 0 } as const
const indexOf = (frame: FrameDescription) => series.frames.indexOf(frame)
const turn = () => new Promise((done) => { setTimeout(done, 0) })

function opened(budgetBytes: number, load = async (frame: FrameDescription) => pictureOf(grey, series, frame)) {
  return createSeriesFrames({ series, budgetBytes, load, onChange: () => undefined })
}

describe('the frames of an open series', () => {
  test('hold no more than the budget, around what is looked at', async () => {
    const frames = opened(bytesOfFrame * 5)
    expect(frames.fitsWhole).toBe(false)
    frames.look(2)
    await frames.settled(2)
    await turn()
    frames.look(17)
    await frames.settled(17)
    await turn()
    expect([frames.at(17).kind, frames.at(2).kind]).toEqual(['ready', 'waiting'])
    expect(frames.progress().loaded).toBe(5)
    frames.close()
  })

  test('come all, each asked for once, four at a time, where the budget holds them', async () => {
    const asked: number[] = []
    let atOnce = 0
    let most = 0
    const frames = opened(bytesOfFrame * 20, async (frame) => {
      asked.push(indexOf(frame))
      atOnce += 1
      most = Math.max(most, atOnce)
      await turn()
      atOnce -= 1
      return pictureOf(grey, series, frame)
    })
    frames.look(10)
    for (const index of series.frames.keys()) await frames.settled(index)
    expect(asked[0]).toBe(10)
    expect(asked.toSorted((a, b) => a - b)).toEqual([...series.frames.keys()])
    expect(most).toBeLessThanOrEqual(5)
    frames.close()
  })

  test('say why one is missing and bring the others', async () => {
    const frames = opened(bytesOfFrame * 20, async (frame) => {
      if (indexOf(frame) === 3) throw new Error('Three is damaged.')
      return pictureOf(grey, series, frame)
    })
    frames.look(3)
    expect(await frames.settled(3)).toEqual({ kind: 'failed', reason: 'Three is damaged.' })
    expect((await frames.settled(4)).kind).toBe('ready')
    frames.close()
    await expect(frames.settled(9)).rejects.toThrow('closed')
  })
})
