import { z } from 'zod'
import { secondLookVerdicts, type ImageRef, type ReadTask } from '../../../src-shared/reading.ts'
import type { LabelledImage } from '../images/prepare.ts'
import { bindNumbers } from '../numbers/bind.ts'
import type { BoundStatement, QuotableMeasurement } from '../task-types.ts'
import { citations, dataLines, factLines, labelsOf, measuredLines, priorityOf, promptOf, system, type Asked, type Task } from './task.ts'

const nothing = { verdict: null, decision: null, message: null } as const
const base = (task: ReadTask, version: number) => ({ task, promptVersion: `${task}/${version}`, system, priority: priorityOf[task] }) satisfies Partial<Asked>

/** A sentence with its numbers tied or cut and with the pictures that it names, in the list or in its words. */
function statement(text: string, cited: readonly string[], section: BoundStatement['section'], { images, measurements, lines = [], language = 'en' }: Readonly<{
  images: readonly LabelledImage[], measurements: readonly QuotableMeasurement[], lines?: readonly string[], language?: 'en' | 'es'
}>): BoundStatement {
  const { spans, isFlagged, labels } = bindNumbers(text, { measurements, labels: [...labelsOf(images), ...lines], language })
  const named = new Set([...cited, ...labels])
  const refs = images.flatMap(({ label, image: { ref } }): ImageRef[] => (named.has(label) && ref !== null ? [{ ...ref, label }] : []))
  return { section, spans, images: refs, lines: lines.filter((line) => named.has(line)), isFlagged }
}

const DescribeOutput = (labels: readonly string[]) => z.strictObject({
  statements: z.array(z.strictObject({ text: z.string().min(1).max(240), slices: citations(labels, 4), section: z.enum(['findings', 'impression']) })).min(1).max(8)
})
const describeStudy: Task<'describe-study'> = {
  build: ({ facts, measurements }, images) => ({
    ...base('describe-study', 1), maxNewTokens: 900, output: DescribeOutput(labelsOf(images)),
    parts: promptOf('describe-study', images, [
      factLines(facts), measuredLines(measurements),
      'Describe what the images show: appearance, context, what looks abnormal, what hinders the view. One short sentence each. Name with each sentence the labels of the images that show it.'
    ])
  }),
  tell: (output, { measurements }, images) => ({
    ...nothing, statements: DescribeOutput(labelsOf(images)).parse(output).statements.map(({ text, slices, section }) => statement(text, slices, section, { images, measurements }))
  })
}

const SecondLookOutput = (labels: readonly string[]) => z.strictObject({ verdict: z.enum(secondLookVerdicts), reason: z.string().min(1).max(240), crops: citations(labels, 4) })
const secondLook: Task<'second-look'> = {
  build: ({ facts, candidate, measurements }, images) => ({
    ...base('second-look', 1), maxNewTokens: 360, output: SecondLookOutput(labelsOf(images)),
    parts: promptOf('second-look', images, [
      factLines(facts), measuredLines(measurements),
      `In the middle of each image lies a dense spot ${candidate.placeWords}. What is it: a urinary stone, a phlebolith, calcification of a vessel wall, contrast agent, an artefact, or can't you tell? Say why in one sentence.`
    ])
  }),
  tell(output, { measurements }, images) {
    const { verdict, reason, crops } = SecondLookOutput(labelsOf(images)).parse(output)
    return { ...nothing, verdict, statements: [statement(reason, crops, 'none', { images, measurements })] }
  }
}

const ImpressionOutput = (labels: readonly string[]) => z.strictObject({ lines: z.array(z.strictObject({ text: z.string().min(1).max(240), lines: citations(labels, 4) })).min(1).max(5) })
const impression: Task<'impression'> = {
  build: ({ facts, lines, measurements }) => ({
    ...base('impression', 1), maxNewTokens: 600, output: ImpressionOutput(labelsOf(lines)),
    parts: promptOf('impression', [], [
      factLines(facts), measuredLines(measurements), dataLines('findings of the report', lines.map(({ label, text }) => `${label}: ${text}`)),
      'Write the impression of this report in a few short lines, the most important first. Name with each the labels of the findings it rests on.'
    ])
  }),
  tell: (output, { lines, measurements }) => ({
    ...nothing, statements: ImpressionOutput(labelsOf(lines)).parse(output).lines.map((one) => statement(one.text, one.lines, 'impression', { images: [], measurements, lines: labelsOf(lines).filter((label) => one.lines.includes(label)) }))
  })
}

const PlainOutput = (labels: readonly string[]) => z.strictObject({ sentences: z.array(z.strictObject({ text: z.string().min(1).max(240), lines: citations(labels, 3) })).min(1).max(14) })
const languages = { en: 'English', es: 'Spanish' } as const
const plainLanguage: Task<'plain-language'> = {
  build: ({ lines, language, measurements }) => ({
    ...base('plain-language', 1), maxNewTokens: 1500, output: PlainOutput(labelsOf(lines)),
    parts: promptOf('plain-language', [], [
      measuredLines(measurements), dataLines('the report', lines.map(({ label, text }) => `${label}: ${text}`)),
      `Tell the patient in ${languages[language]} what this report says, in short plain sentences that a child of eleven understands. Add nothing, promise nothing, advise nothing. Name with each sentence the labels of the lines it tells.`
    ])
  }),
  tell: (output, { lines, language, measurements }) => ({
    ...nothing, statements: PlainOutput(labelsOf(lines)).parse(output).sentences.map((one) => statement(one.text, one.lines, 'none', { images: [], measurements, lines: labelsOf(lines).filter((label) => one.lines.includes(label)), language }))
  })
}

const CaptionOutput = z.strictObject({ caption: z.string().min(1).max(300) })
const captionChunk: Task<'caption-chunk'> = {
  build: ({ history, prompt }, images) => ({
    ...base('caption-chunk', 1), maxNewTokens: 160, output: CaptionOutput,
    parts: promptOf('caption-chunk', images, [history.length === 0 ? '' : dataLines('what was seen before', history), dataLines('what the wearer wants to know', [prompt])])
  }),
  tell: (output, _input, images) => ({ ...nothing, statements: [statement(CaptionOutput.parse(output).caption, [], 'none', { images, measurements: [] })] })
}

const InterventionOutput = z.strictObject({ decision: z.enum(['yes', 'no']), reasoning: z.string().min(1).max(300), message: z.string().min(1).max(160).nullable() })
const intervention: Task<'intervention'> = {
  build: ({ captions, biometrics, past, measurements }) => ({
    ...base('intervention', 1), maxNewTokens: 600, output: InterventionOutput,
    parts: promptOf('intervention', [], [
      measuredLines(measurements), dataLines('captions of the last minute', captions), dataLines('biometrics of the last minute', biometrics), dataLines('earlier decisions', past),
      'Should somebody look after this person now? Decide yes or no, say why, and write a calm message only if somebody should.'
    ])
  }),
  tell(output, { measurements }) {
    const { decision, reasoning, message } = InterventionOutput.parse(output)
    return { verdict: null, decision, message, statements: [statement(reasoning, [], 'none', { images: [], measurements })] }
  }
}

export const tasks: Readonly<{ [T in ReadTask]: Task<T> }> = {
  'describe-study': describeStudy, 'second-look': secondLook, impression, 'plain-language': plainLanguage, 'caption-chunk': captionChunk, intervention
}
