import { z } from 'zod'
import { AnalysisWarning, Candidate, ProtocolMeasurement, type ProtocolName } from '../../../src-shared/analysis.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import { createWorkerPool } from '../../platform/workers.ts'
import type { SlowOptions } from '../faces.ts'
import { VoxelMask } from '../masks/region-mask.ts'
import type { ProtocolContext, ProtocolResult } from '../protocols/types.ts'

export type MeasureInput = Readonly<{ protocol: ProtocolName, volume: Volume, context: ProtocolContext }>
export type Measure = (input: MeasureInput, options: SlowOptions) => Promise<ProtocolResult>

/** What crosses into the worker: voxels stay where they are, on shared memory; `cancelFlag` is read by a loop that hears no messages. */
export type MeasureMessage = MeasureInput & Readonly<{ cancelFlag: Int32Array }>

const Result = z.object({ candidates: z.array(Candidate), masks: z.array(VoxelMask.nullable()), measurements: z.array(ProtocolMeasurement), warnings: z.array(AnalysisWarning) })
const graceMs = 400

/** Measures in a thread of its own. A cancelled measurement is asked to stop and, if it is not heard within 0.4 s, ended with its thread. */
export function measureInWorker(): Measure {
  return async (input, { signal, onProgress }) => {
    const pool = createWorkerPool({ entry: 'analysis/measure', size: 1, maxHeapMb: 4096 })
    const cancelFlag = new Int32Array(new SharedArrayBuffer(4))
    let timer: NodeJS.Timeout | undefined
    const onAbort = () => {
      Atomics.store(cancelFlag, 0, 1)
      timer = setTimeout(() => { void pool.close() }, graceMs)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      const output = await pool.run({
        name: 'measure', input: { ...input, cancelFlag } satisfies MeasureMessage,
        ...(signal === undefined ? {} : { signal }),
        onProgress: (value) => { if (typeof value === 'number') onProgress?.(value) }
      })
      return Result.parse(output)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', onAbort)
      clearTimeout(timer)
      await pool.close()
    }
  }
}
