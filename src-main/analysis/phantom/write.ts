import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { PhantomTruth } from '../../../src-shared/analysis.ts'
import { writeInstance } from './instance.ts'
import { createRandom } from './random.ts'
import { PhantomRecipe } from './recipe.ts'
import { createRenderer, sceneOf } from './render.ts'
import { truthOf } from './truth.ts'
import { uidsOf } from './uids.ts'

export type WriteOptions = Readonly<{ signal?: AbortSignal, onProgress?: (done: number, total: number) => void }>

/**
 * Writes a phantom series as DICOM files (`IM00001.dcm` …, in the order of their instance numbers) and `truth.json` beside them.
 * @throws AppError `cancelled` when the signal aborts; files written so far stay complete.
 */
export async function writePhantom(recipe: z.input<typeof PhantomRecipe>, outDir: string, { signal, onProgress }: WriteOptions = {}): Promise<PhantomTruth> {
  const parsed = PhantomRecipe.parse(recipe)
  const scene = sceneOf(parsed)
  const uids = uidsOf(parsed)
  const total = scene.geometry.originsMm.length
  const numbers = instanceNumbers(parsed, total)
  const render = createRenderer(scene)
  await mkdir(outDir, { recursive: true })
  for (let slice = 0; slice < total; slice++) {
    if (signal?.aborted === true) throw new AppError('cancelled', 'Writing the phantom was cancelled.')
    const instanceNumber = numbers[slice] ?? slice + 1
    const bytes = writeInstance(scene, uids, slice, instanceNumber, render(slice))
    await writeFile(join(outDir, `IM${String(instanceNumber).padStart(5, '0')}.dcm`), bytes)
    onProgress?.(slice + 1, total)
  }
  const truth = truthOf(scene, uids)
  await writeFile(join(outDir, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`)
  return truth
}

/** Instance number of each slice in geometric order. Archives number as they like; readers must not trust it. */
function instanceNumbers(recipe: PhantomRecipe, total: number): number[] {
  const numbers = Array.from({ length: total }, (_, slice) => slice + 1)
  if (recipe.instanceOrder === 'reversed') return numbers.toReversed()
  if (recipe.instanceOrder === 'geometric') return numbers
  const random = createRandom(recipe.seed)
  return numbers.map((number) => ({ number, key: random.uniform() })).toSorted((a, b) => a.key - b.key).map(({ number }) => number)
}
