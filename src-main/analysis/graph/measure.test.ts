import { describe, expect, it } from 'vitest'
import type { Volume } from '../../../src-shared/volume.ts'
import { PhantomRecipe, renderVolume } from '../phantom/index.ts'
import { measureInWorker } from './measure.ts'

const context = { bodyPart: 'ABDOMEN', description: 'phantom', contrastAgent: '', kernel: '', warnings: [] }
const aPhantom = (change: object = {}) => renderVolume(PhantomRecipe.parse({
  name: 'MEASURE', rows: 160, columns: 160, slices: 40, pixelSpacingMm: [2.2, 2.2], sliceSpacingMm: 2, sliceThicknessMm: 2, centreMm: [0, 0, 80],
  objects: [{ kind: 'stone', place: 'kidney', side: 'left', along: 0.5, diameterMm: 9, hu: 900 }], ...change
}))

/** 67 million voxels of soft tissue with bright grains: seconds of work, made in no time. */
function aBlock(): Volume {
  const [columns, rows, slices] = [512, 512, 256]
  const voxels = new Int16Array(new SharedArrayBuffer(columns * rows * slices * 2)).fill(40)
  for (let at = 0; at < voxels.length; at += 5003) voxels[at] = 600
  return {
    columns, rows, slices, voxels,
    geometry: {
      originsMm: Array.from({ length: slices }, (_, index) => [0, 0, index] as const), rowDirection: [1, 0, 0], columnDirection: [0, 1, 0], normal: [0, 0, 1],
      pixelSpacingMm: [0.7, 0.7], sliceGapsMm: Array.from({ length: slices - 1 }, () => 1), sliceSpacingMm: 1, sliceThicknessMm: 1, isEven: true, gantryTiltDeg: 0
    }
  }
}

describe('measuring in a worker', () => {
  it('measures a stone of known size, and says how far it is', async () => {
    const progress: number[] = []
    const { candidates, warnings } = await measureInWorker()({ protocol: 'urinary-stones', volume: aPhantom(), context }, { onProgress: (fraction) => { progress.push(fraction) } })
    const stones = candidates.filter(({ kind }) => kind === 'stone')
    expect(stones).toHaveLength(1)
    expect(stones[0]?.diameterMm).toBeGreaterThan(9 - 2.2)
    expect(stones[0]?.diameterMm).toBeLessThan(9 + 2.2)
    expect(stones[0]?.laterality).toBe('left')
    expect(Array.isArray(warnings)).toBe(true)
    expect(progress.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true)
  })

  it('stops within a second when it is cancelled, in the middle of a loop', async () => {
    const controller = new AbortController()
    const started = measureInWorker()({ protocol: 'urinary-stones', volume: aBlock(), context }, {
      signal: controller.signal, onProgress: () => { controller.abort(new Error('cancelled by the test')) }
    })
    const stoppedMs = new Promise<number>((resolve) => { controller.signal.addEventListener('abort', () => { const at = performance.now(); void started.catch(() => undefined).then(() => { resolve(performance.now() - at) }) }) })
    await expect(started).rejects.toThrow('cancelled by the test')
    expect(await stoppedMs).toBeLessThan(1000)
  })

  it('hands on a refusal as it is', async () => {
    const volume = aPhantom()
    const { geometry } = volume
    const broken = { ...volume, geometry: { ...geometry, pixelSpacingMm: [0, 0] as const } }
    await expect(measureInWorker()({ protocol: 'urinary-stones', volume: broken, context }, {})).rejects.toMatchObject({ code: 'geometry-refused' })
  })
})
