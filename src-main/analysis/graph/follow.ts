import type { Analysis } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'

export type FollowOptions = Readonly<{ signal?: AbortSignal, onProgress?: (analysis: Analysis) => void }>

const lookEveryMs = 100

/**
 * Resolves once the clinician has something to look at. It looks at the row and hears no events, so that it also follows an analysis that
 * another process runs.
 * @throws AppError with the sentence of a failed or cancelled analysis; the reason of the signal
 */
export function followAnalysis(view: (analysisId: string) => Analysis) {
  return async (analysisId: string, { signal, onProgress }: FollowOptions = {}): Promise<Analysis> => {
    for (;;) {
      signal?.throwIfAborted()
      const now = view(analysisId)
      onProgress?.(now)
      if (now.state === 'failed') throw new AppError('not-analysable', now.error ?? 'The analysis failed.')
      if (now.state === 'cancelled') throw new AppError('cancelled', 'The analysis was cancelled.')
      if (now.state === 'awaiting-clinician' || now.state === 'done') return now
      await new Promise((resolve) => { setTimeout(resolve, lookEveryMs) })
    }
  }
}
