import { AppError } from '../../src-shared/errors.ts'
import type { ReaderRun } from '../../src-shared/reading.ts'
import type { ReaderFace } from '../../src-main/analysis/index.ts'
import type { TaskInputs, TaskResult } from '../../src-main/reading/index.ts'

export const aRun: ReaderRun = {
  engine: 'local', model: 'tiny', weightsSha256: 'ab'.repeat(32), dtype: 'fp32', device: 'cpu', promptVersion: 'describe-study/1',
  settings: { maxNewTokens: 100, temperature: 0, isConstrained: true, imageSizePx: 32 }, isMock: false
}
type Asked = Readonly<{ task: keyof TaskInputs, input: unknown }>
export type ScriptedReader = ReaderFace & { asked: Asked[], isReadFirstNow: boolean, why: string | null, fail: Error | null, hold: Promise<void> | null, runNow: ReaderRun }

/** Says the same of everything: two sentences, the second with a number that nothing measured. A second look always sees a stone. */
export function aScriptedReader(): ScriptedReader {
  const reader: ScriptedReader = {
    asked: [], isReadFirstNow: false, why: null, fail: null, hold: null, runNow: aRun,
    whyNot: () => reader.why, isReadFirst: () => reader.isReadFirstNow,
    async run(task, input, { signal, onText, onProgress } = {}) {
      reader.asked.push({ task, input })
      onProgress?.({ phase: 'writing', position: 0, imagesDone: 1, imagesTotal: 1, secondsLeft: 1 })
      onText?.('{"statements":')
      await reader.hold
      if (signal?.aborted === true) throw new AppError('cancelled', 'The reading was cancelled.')
      if (reader.fail !== null) throw reader.fail
      const text = (words: string) => ({ type: 'text' as const, text: words })
      const base = { images: [], lines: [], isFlagged: false }
      const statements: TaskResult['statements'] = task === 'second-look' ? [{ ...base, section: 'none', spans: [text('A sharp dense focus.')] }] : [
        { ...base, section: 'findings', spans: [text('The kidneys are of even density.')] },
        { ...base, section: 'findings', spans: [text('A cyst of '), { type: 'cut', text: '43 mm' }, text(' in the liver.')], isFlagged: true }
      ]
      return {
        statements, verdict: task === 'second-look' ? 'stone' : null, decision: null, message: null, images: { given: [], available: 40, note: 'the memory has room for no more' }, output: {},
        run: { ...reader.runNow, promptVersion: `${task}/1` }, timing: { queuedMs: 0, firstTokenMs: 1, totalMs: 20, promptTokens: 10, generatedTokens: 5 }
      }
    }
  }
  return reader
}
