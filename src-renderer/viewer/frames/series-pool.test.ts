import { describe, expect, it } from 'vitest'
import { SeriesUid } from '../../../src-shared/ids.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { SeriesPool } from './series-pool.ts'
import { aFrame, aSeries, framesAsked } from '../test-series.ts'

const uidOf = (n: number) => SeriesUid.parse(`1.2.3.${n}`)
const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await Promise.resolve() }
const frameBytes = 6 * 4 * 4
const tenFrames = Array.from({ length: 10 }, (_, index) => aFrame(index))

/** A pool over series of ten 6 × 4 frames each; `asked` names the series that were asked for. */
function aPool({ budgetFrames = 100, describe: describeSeries }: Readonly<{ budgetFrames?: number; describe?: (uid: SeriesUid) => Promise<SeriesDescription> }> = {}) {
  const asked: string[] = []
  const decoded: string[] = []
  const pool = new SeriesPool({
    budgetBytes: budgetFrames * frameBytes,
    describe: (seriesUid) => {
      asked.push(seriesUid)
      return describeSeries?.(seriesUid) ?? Promise.resolve(aSeries({ seriesUid, frames: tenFrames }))
    },
    decode: {
      load: async (series, request, sink) => {
        for (const index of framesAsked(request, series.frames.length)) {
          decoded.push(series.seriesUid)
          sink.frame(index, { kind: 'grey', values: new Int16Array(24), minimum: 0, maximum: 0 })
        }
      },
      close: () => {}
    },
    onProgress: () => {}
  })
  return { pool, asked, decoded }
}

describe('the pool of open series', () => {
  it('opens a series once for all panes that show it', async () => {
    const { pool, asked } = aPool()
    const [first, second] = await Promise.all([pool.use(uidOf(1)), pool.use(uidOf(1))])
    expect(first).toBe(second)
    expect(asked).toEqual([uidOf(1)])
  })

  it('keeps a series that no pane shows, so that going back to it asks for nothing', async () => {
    const { pool, asked } = aPool()
    const opened = await pool.use(uidOf(1))
    opened.frames.look(0)
    await settle()
    pool.release(uidOf(1))
    expect(await pool.use(uidOf(1))).toBe(opened)
    expect(opened.frames.progress().loaded).toBe(10)
    expect(asked).toEqual([uidOf(1)])
  })

  it('gives up the longest unseen series when memory is wanted, and never one that a pane shows', async () => {
    const { pool } = aPool({ budgetFrames: 25 })
    const shown = await pool.use(uidOf(1))
    await pool.use(uidOf(2))
    pool.release(uidOf(2))
    await pool.use(uidOf(3))
    expect(pool.find(uidOf(2))).toBeNull()
    expect(pool.find(uidOf(1))).toBe(shown)
    await pool.use(uidOf(4))
    expect(pool.find(uidOf(1))).toBe(shown)
    expect(pool.find(uidOf(3))).not.toBeNull()
  })

  it('lets a series that was too large beside another be a volume once the other has gone', async () => {
    const { pool } = aPool({ budgetFrames: 12 })
    const [, second] = await Promise.all([pool.use(uidOf(1)), pool.use(uidOf(2))])
    second.frames.look(4)
    await settle()
    expect(second.planesRefused).toContain('larger than the memory')
    expect(second.frames.progress().loaded).toBe(4)
    pool.release(uidOf(1))
    await settle()
    expect(second.planesRefused).toBeNull()
    expect(second.frames.progress().loaded).toBe(10)
  })

  it('loads the next series ahead only as far as memory is left over', async () => {
    const { pool, decoded } = aPool({ budgetFrames: 25 })
    await pool.use(uidOf(1))
    await pool.ahead(uidOf(2))
    await settle()
    expect(decoded).toContain(uidOf(2))
    await pool.ahead(uidOf(3))
    await settle()
    expect(pool.find(uidOf(3))).toBeNull()
    expect(decoded).not.toContain(uidOf(3))
  })

  it('asks again after a refusal', async () => {
    let isRefused = true
    const { pool } = aPool({ describe: (seriesUid) => isRefused ? Promise.reject(new Error('The workstation is closing.')) : Promise.resolve(aSeries({ seriesUid, frames: [aFrame(0)] })) })
    await expect(pool.use(uidOf(1))).rejects.toThrow('The workstation is closing.')
    isRefused = false
    expect((await pool.use(uidOf(1))).description.frames).toHaveLength(1)
  })

  it('stops loading what no pane shows, and goes on when one does again', async () => {
    const { pool } = aPool()
    const opened = await pool.use(uidOf(1))
    pool.release(uidOf(1))
    opened.frames.look(0)
    await settle()
    expect(opened.frames.progress().loaded).toBe(0)
    await pool.use(uidOf(1))
    await settle()
    expect(opened.frames.progress().loaded).toBe(10)
  })
})
