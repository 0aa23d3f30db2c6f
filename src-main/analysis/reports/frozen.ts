import { z } from 'zod'
import { AnalysisWarning, Engine, Finding, ProtocolMeasurement } from '../../../src-shared/analysis.ts'
import { Instant, RowId, StudyUid } from '../../../src-shared/ids.ts'
import { ImageRef, ReaderRun } from '../../../src-shared/reading.ts'
import { KeyImage, ReportContent, StoneOption } from '../../../src-shared/reports.ts'

export const FROZEN_FORMAT = 'vigil-signed-report/1'
export const ADDENDUM_FORMAT = 'vigil-signed-addendum/1'
/** What the first signature of a workstation is chained to. */
export const GENESIS_HASH = '0'.repeat(64)

const Signer = z.object({ id: z.string(), name: z.string() })
const measured = z.object({
  diameterMm: z.number().nullable(), diameterErrorMm: z.number().nullable(), volumeMm3: z.number().nullable(), meanHu: z.number().nullable(), maxHu: z.number().nullable()
})

/** Everything that a signature stands for. Its canonical JSON is what is hashed; see docs/decisions. */
export const FrozenReport = z.object({
  format: z.literal(FROZEN_FORMAT),
  studyUid: StudyUid,
  report: z.object({ id: RowId, version: z.int(), content: ReportContent, text: z.string() }),
  findings: z.array(z.object({ finding: Finding, measured: measured.nullable() })),
  analysis: z.object({ id: RowId, engine: Engine, measurements: z.array(ProtocolMeasurement), warnings: z.array(AnalysisWarning) }).nullable(),
  options: z.array(StoneOption),
  keyImages: z.array(KeyImage),
  /** What made each line that holds words of a model. Absent where there is none, and in reports of earlier versions. */
  modelLines: z.array(z.object({ lineId: z.string(), run: ReaderRun, images: z.array(ImageRef) })).optional(),
  signer: Signer,
  signedAt: Instant,
  previousHash: z.string()
})
export type FrozenReport = z.infer<typeof FrozenReport>

export const FrozenAddendum = z.object({
  format: z.literal(ADDENDUM_FORMAT), studyUid: StudyUid, reportId: RowId, reportHash: z.string(), addendumId: RowId, text: z.string(),
  signer: Signer, signedAt: Instant, previousHash: z.string()
})
export type FrozenAddendum = z.infer<typeof FrozenAddendum>

export function readFrozen(document: string): FrozenReport {
  return FrozenReport.parse(JSON.parse(document))
}
