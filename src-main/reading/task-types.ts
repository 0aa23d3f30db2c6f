import type { ImageRef, ReaderRun, ReaderTiming, SecondLookVerdict, Statement, StatementSpan } from '../../src-shared/reading.ts'
import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import type { Volume } from '../../src-shared/volume.ts'

/** A number that was measured and may be repeated: `text` is how the report writes it, already rounded; `findingId` and `field` tie a chip to it. */
export type QuotableMeasurement = Readonly<{ text: string, unit: string, findingId: string | null, field: string }>

/** What a model may know of a study. Nothing in it names a patient, a place or a date; free text of headers is cleaned before it is used. */
export type StudyFacts = Readonly<{
  modality: string, bodyPart: string, description: string, contrastAgent: string, kernel: string
  sex: 'female' | 'male' | 'other' | null, ageYears: number | null
}>

export type StudyImages =
  /** `refs` has one entry a slice, in the order of the volume. */
  | Readonly<{ kind: 'volume', volume: Volume, refs: readonly Readonly<Pick<FrameDescription, 'sopInstanceUid' | 'frameNumber'>>[], series: SeriesDescription }>
  /** Radiographs, ultrasound, MR, uneven CT: frames, drawn one by one. */
  | Readonly<{ kind: 'frames', series: SeriesDescription }>

export type DescribeInput = Readonly<{ facts: StudyFacts, images: StudyImages, measurements: readonly QuotableMeasurement[] }>
export type SecondLookInput = Readonly<{
  facts: StudyFacts, volume: Volume, series: SeriesDescription, refs: readonly Readonly<Pick<FrameDescription, 'sopInstanceUid' | 'frameNumber'>>[]
  /** Centre and slice of the candidate; `placeWords` says where it is ("in the left kidney"), never what the protocol takes it for. */
  candidate: Readonly<{ centreMm: PointMm, sliceIndex: number, diameterMm: number | null, placeWords: string }>
  measurements: readonly QuotableMeasurement[]
}>
/** Lines of the report's findings as plain text, with the numbers in them. */
export type ImpressionInput = Readonly<{ facts: StudyFacts, lines: readonly Readonly<{ label: string, text: string }>[], measurements: readonly QuotableMeasurement[] }>
export type PlainLanguageInput = Readonly<{ lines: readonly Readonly<{ label: string, text: string }>[], language: 'en' | 'es', measurements: readonly QuotableMeasurement[] }>
/** Frames in the order in which they were seen (at most 6, RGB), the last captions, the wearer's prompt. */
export type CaptionInput = Readonly<{ frames: readonly Readonly<{ width: number, height: number, rgb: Uint8Array }>[], history: readonly string[], prompt: string }>
export type InterventionInput = Readonly<{ captions: readonly string[], biometrics: readonly string[], past: readonly string[], measurements: readonly QuotableMeasurement[] }>

export type TaskInputs = Readonly<{
  'describe-study': DescribeInput, 'second-look': SecondLookInput, impression: ImpressionInput, 'plain-language': PlainLanguageInput
  'caption-chunk': CaptionInput, intervention: InterventionInput
}>

/** A sentence with its numbers tied or cut, and the pictures it names. `lines`: labels of report lines that it rests on. */
export type BoundStatement = Readonly<{ section: Statement['section'], spans: readonly StatementSpan[], images: readonly ImageRef[], lines: readonly string[], isFlagged: boolean }>

export type TaskResult = Readonly<{
  statements: readonly BoundStatement[]
  verdict: SecondLookVerdict | null
  /** `intervention` alone. */
  decision: 'yes' | 'no' | null
  message: string | null
  images: Readonly<{ given: readonly ImageRef[], available: number, note: string }>
  /** The validated answer as it was, for the row. */
  output: unknown
  run: ReaderRun
  timing: ReaderTiming
}>
