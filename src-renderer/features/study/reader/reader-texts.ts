import { assertNever } from '../../../../src-shared/errors.ts'
import type { Reading, ReadProgress, ReadTask, SecondLookVerdict, Statement } from '../../../../src-shared/reading.ts'
import { durationText } from '../../../ui/format.ts'

export const taskNames: Readonly<Record<ReadTask, string>> = {
  'describe-study': 'Description of the study', 'second-look': 'Second look', impression: 'Impression', 'plain-language': 'In plain words', 'caption-chunk': 'Caption', intervention: 'Intervention'
}
export const verdictNames: Readonly<Record<SecondLookVerdict, string>> = { stone: 'stone', phlebolith: 'phlebolith', vessel: 'vessel wall', contrast: 'contrast agent', artefact: 'artefact', 'cannot-tell': 'can’t tell' }

/**
 * What a model has written so far, without the form around it: the texts of the JSON, each on a line. The last may be half; words of the form
 * (labels, sections) are left out, because they are shown as what they are once the answer is whole.
 */
export function readableText(json: string): readonly string[] {
  const texts: string[] = []
  for (const match of json.matchAll(/"(?:text|reason|caption|reasoning|message)":"((?:[^"\\]|\\.)*)/g)) texts.push((match[1] ?? '').replaceAll(/\\n/g, ' ').replaceAll(/\\(.)/g, '$1').replace(/\\$/, ''))
  return texts.filter((text) => text.trim() !== '')
}

/** "Reading slice 12 of 24 · about 2 min left". */
export function progressText({ phase, position, imagesDone, imagesTotal, secondsLeft }: ReadProgress): string {
  const left = secondsLeft === null ? '' : ` · about ${durationText(Math.max(1, Math.round(secondsLeft)) * 1000)} left`
  switch (phase) {
    case 'waiting': return position === 0 ? 'Waiting for its turn.' : `Waiting: ${position} ${position === 1 ? 'request goes' : 'requests go'} first.`
    case 'loading': return 'Loading the model.'
    case 'preparing': return `Preparing image ${Math.min(imagesDone + 1, imagesTotal)} of ${imagesTotal}${left}`
    case 'reading': return imagesTotal === 0 ? `Reading${left}` : `Reading: ${imagesDone} of ${imagesTotal} images taken in${left}`
    case 'writing': return `Writing${left}`
    default: return assertNever(phase)
  }
}

/** How far, from 0 to 1: half for taking the images in, a third for the prompt, the rest for writing. */
export function progressFraction({ phase, imagesDone, imagesTotal }: ReadProgress): number | null {
  const images = imagesTotal === 0 ? 0 : imagesDone / imagesTotal
  switch (phase) {
    case 'waiting': case 'loading': return null
    case 'preparing': return images * 0.4
    case 'reading': return 0.4 + images * 0.4
    case 'writing': return null
    default: return assertNever(phase)
  }
}

/** "24 of 85 slices, because the memory has room for no more". */
export function coverageText({ given, available, note }: Reading['images']): string {
  if (available === 0) return ''
  return given.length < available ? `${given.length} of ${available} images, because ${note}` : `all ${available} images`
}

/** Those that hold up a signature first, then those to be decided, in the order in which they were written. */
export function inOrderOfNeed(statements: readonly Statement[]): readonly Statement[] {
  const rank = ({ isFlagged, status }: Statement) => (status !== 'proposed' ? 2 : isFlagged ? 0 : 1)
  return statements.toSorted((a, b) => rank(a) - rank(b))
}

export function runText({ run, timing }: Pick<Reading, 'run' | 'timing'>): string {
  if (run === null) return ''
  const tokens = timing?.generatedTokens ?? null
  const parts = [run.model, run.dtype, run.weightsSha256 === null ? null : `weights ${run.weightsSha256.slice(0, 8)}`, run.promptVersion, run.device === null ? null : `on ${run.device}`, timing === null ? null : durationText(timing.totalMs), tokens === null ? null : `${tokens} tokens`]
  return parts.filter((part) => part !== null).join(' · ')
}
