import { z } from 'zod'
import type { EngineRequest, PreparedImage } from '../../src-main/reading/engine.ts'
import { createLocalEngine, type LocalEngineDeps } from '../../src-main/reading/local/engine.ts'
import { schemaOf } from '../../src-main/reading/schema/compile.ts'
import { forkNodeChild } from '../../src-main/platform/child-process.ts'
import { systemClock } from '../../src-main/platform/clock.ts'
import { createLog } from '../../src-main/platform/log.ts'

/** The local engine on a folder of weights, with everything real. */
export function aLocalEngine(folder: string, patch: Partial<LocalEngineDeps> = {}) {
  return createLocalEngine({
    model: { folder, name: 'tiny-gemma3', dtype: 'fp32', weightsSha256: 'f'.repeat(64), isTestModel: true }, device: 'cpu', fork: forkNodeChild, clock: systemClock(), log: createLog(() => undefined),
    idleMs: 60_000, freeBytes: () => 8 * 1024 ** 3, ...patch
  })
}

export const aSentence = z.strictObject({ text: z.string().min(1).max(60), sure: z.boolean() })

export function aRequest(patch: Partial<EngineRequest> = {}): EngineRequest {
  return {
    task: 'caption-chunk', promptVersion: 'caption-chunk/1', system: 'You are careful.', parts: [{ type: 'text', text: 'Task: caption-chunk\nSay what you see.' }, { type: 'image', image: aGreyImage(120) }],
    schema: schemaOf(aSentence), maxNewTokens: 120, priority: 'read', ...patch
  }
}

export function aGreyImage(grey: number, sizePx = 32): PreparedImage {
  return { ref: null, sizePx, rgb: new Uint8Array(3 * sizePx * sizePx).fill(grey) }
}
