import { z } from 'zod'
import { Instant, PointMm, RowId, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'

export const protocolNames = ['urinary-stones', 'general-ct'] as const
export const ProtocolName = z.enum(protocolNames)
export type ProtocolName = z.infer<typeof ProtocolName>

/** `stone`, or the mimic that a candidate looks like; `other` is for findings that a clinician adds in words. */
export const findingKinds = ['stone', 'phlebolith', 'vessel-calcification', 'contrast', 'metal', 'bowel-content', 'bone', 'noise', 'other'] as const
export const FindingKind = z.enum(findingKinds)
export type FindingKind = z.infer<typeof FindingKind>

export const FindingStatus = z.enum(['proposed', 'accepted', 'rejected', 'amended'])
export type FindingStatus = z.infer<typeof FindingStatus>

/** The patient's side. */
export const Laterality = z.enum(['left', 'right', 'midline', 'unknown'])
export type Laterality = z.infer<typeof Laterality>

/** Where in the urinary tract a candidate lies, as far as geometry can tell. `pelvis` means the bony pelvis: distal ureter or vein. */
export const StoneLocation = z.enum(['kidney', 'upper-ureter', 'pelvis', 'bladder', 'outside-urinary-tract', 'unknown'])
export type StoneLocation = z.infer<typeof StoneLocation>

export const FindingOrigin = z.enum(['measured', 'model', 'clinician'])
export type FindingOrigin = z.infer<typeof FindingOrigin>

/** What one candidate measures; every number comes from voxels. */
export const CandidateMeasurement = z.object({
  /** Longest diameter between half-maximum boundaries, mm. */
  diameterMm: z.number().nullable(),
  /** Half width of the error band of the diameter, mm, from voxel size and slice distance. */
  diameterErrorMm: z.number().nullable(),
  volumeMm3: z.number().nullable(),
  /** Mean over voxels free of partial volume where there are any. */
  meanHu: z.number().nullable(),
  maxHu: z.number().nullable(),
  /** Voxels free of partial volume behind `meanHu`. 0: there are none, and `meanHu` is the density of the body that fits best. */
  huVoxels: z.int().nonnegative().nullable().optional(),
  laterality: Laterality,
  location: StoneLocation,
  centreMm: PointMm,
  /** Ends of the longest diameter, mm: what the ring and the caliper draw. */
  diameterEndsMm: z.tuple([PointMm, PointMm]).nullable()
})
export type CandidateMeasurement = z.infer<typeof CandidateMeasurement>

/** One candidate as a protocol reports it, before it has a row. `sliceIndex` counts from 0 in geometric order. */
export const Candidate = CandidateMeasurement.extend({
  kind: FindingKind,
  sliceIndex: z.int().nonnegative(),
  /** 0 to 1. */
  confidence: z.number().min(0).max(1),
  /** One sentence: why this kind, why this confidence. */
  reason: z.string()
})
export type Candidate = z.infer<typeof Candidate>

/** A number of a protocol that is no finding: body volume, tissue volumes, and the like. */
export const ProtocolMeasurement = z.object({ name: z.string(), label: z.string(), value: z.number(), unit: z.string() })
export type ProtocolMeasurement = z.infer<typeof ProtocolMeasurement>

/** Something the reader of a result must know: what was handled, or why a number is missing. */
export const AnalysisWarning = z.object({ code: z.string(), message: z.string() })
export type AnalysisWarning = z.infer<typeof AnalysisWarning>

export const FindingEdit = z.object({
  field: z.enum(['kind', 'diameterMm', 'volumeMm3', 'meanHu', 'maxHu', 'laterality', 'location', 'note']),
  from: z.union([z.string(), z.number(), z.null()]),
  to: z.union([z.string(), z.number(), z.null()]),
  by: z.string(), at: Instant
})
export type FindingEdit = z.infer<typeof FindingEdit>

export const Finding = CandidateMeasurement.extend({
  id: RowId,
  studyUid: StudyUid,
  analysisId: RowId.nullable(),
  origin: FindingOrigin,
  kind: FindingKind,
  status: FindingStatus,
  seriesUid: SeriesUid,
  sopInstanceUid: SopInstanceUid,
  frameNumber: z.int().positive(),
  confidence: z.number().min(0).max(1).nullable(),
  reason: z.string(),
  note: z.string(),
  edits: z.array(FindingEdit),
  revision: z.int().nonnegative(),
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable()
})
export type Finding = z.infer<typeof Finding>

/** Whether `meanHu` is the density of the body that fits best, because the island is too small for a voxel free of partial volume. */
export function isFitted({ meanHu, maxHu, huVoxels }: Readonly<Pick<Finding, 'meanHu' | 'maxHu' | 'huVoxels'>>): boolean {
  return meanHu !== null && (huVoxels === 0 || (maxHu !== null && meanHu > maxHu))
}

/** What made a result: enough to run it again and get the same. */
export const Engine = z.object({ protocol: ProtocolName, protocolVersion: z.string(), app: z.string(), reader: z.string().nullable() })
export type Engine = z.infer<typeof Engine>

export const stepNames = ['load', 'quantify', 'select-slices', 'read', 'reconcile', 'draft', 'clinician', 'finalise'] as const
export const StepName = z.enum(stepNames)
export type StepName = z.infer<typeof StepName>

export const AnalysisStep = z.object({
  step: StepName,
  state: z.enum(['waiting', 'running', 'done', 'skipped', 'failed']),
  startedAt: Instant.nullable(), finishedAt: Instant.nullable(),
  detail: z.string()
})
export type AnalysisStep = z.infer<typeof AnalysisStep>

export const AnalysisState = z.enum(['queued', 'running', 'awaiting-clinician', 'done', 'failed', 'cancelled'])
export type AnalysisState = z.infer<typeof AnalysisState>

export const Analysis = z.object({
  id: RowId, studyUid: StudyUid, seriesUid: SeriesUid.nullable(),
  protocol: ProtocolName, protocolReason: z.string(),
  engine: Engine, state: AnalysisState, progress: z.number().min(0).max(1),
  steps: z.array(AnalysisStep),
  measurements: z.array(ProtocolMeasurement),
  warnings: z.array(AnalysisWarning),
  error: z.string().nullable(),
  createdAt: Instant, finishedAt: Instant.nullable()
})
export type Analysis = z.infer<typeof Analysis>

export const AnalyseRequest = z.object({
  protocol: z.enum(['auto', ...protocolNames]).default('auto'),
  seriesUid: SeriesUid.optional()
})
export type AnalyseRequest = z.infer<typeof AnalyseRequest>

/** `vigil analyze --json`: the stable answer for scripts. */
export const AnalyseResult = z.object({
  studyUid: StudyUid,
  protocol: ProtocolName,
  engine: Engine,
  findings: z.array(z.object({
    id: z.string(), kind: FindingKind, status: FindingStatus,
    diameterMm: z.number().nullable(), diameterErrorMm: z.number().nullable(), volumeMm3: z.number().nullable(),
    meanHu: z.number().nullable(), maxHu: z.number().nullable(),
    laterality: Laterality, location: StoneLocation, centreMm: PointMm,
    seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid, frameNumber: z.int().positive(),
    confidence: z.number().nullable(), reason: z.string()
  })),
  measurements: z.array(ProtocolMeasurement),
  warnings: z.array(AnalysisWarning),
  report: z.object({ status: z.string(), text: z.string() })
})
export type AnalyseResult = z.infer<typeof AnalyseResult>

/** `truth.json` of a phantom: each stone and mimic with the same fields as a finding. */
export const PhantomTruth = z.object({
  studyUid: StudyUid,
  seriesUid: SeriesUid,
  recipe: z.record(z.string(), z.unknown()),
  findings: z.array(AnalyseResult.shape.findings.element)
})
export type PhantomTruth = z.infer<typeof PhantomTruth>

/** Requests of the review panel. Each names the revision it saw. */
export const VerdictRequest = z.object({
  verdict: z.enum(['accept', 'reject', 'reopen']),
  revision: z.int().nonnegative(),
  reason: z.string().max(500).optional()
})
export type VerdictRequest = z.infer<typeof VerdictRequest>

export const FindingPatch = z.object({
  revision: z.int().nonnegative(),
  kind: FindingKind.optional(),
  diameterMm: z.number().positive().max(500).nullable().optional(),
  volumeMm3: z.number().nonnegative().nullable().optional(),
  meanHu: z.number().nullable().optional(),
  maxHu: z.number().nullable().optional(),
  laterality: Laterality.optional(),
  location: StoneLocation.optional(),
  note: z.string().max(2000).optional()
})
export type FindingPatch = z.infer<typeof FindingPatch>

export const FindingByHand = z.object({
  kind: FindingKind, seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid, frameNumber: z.int().positive(),
  centreMm: PointMm, laterality: Laterality.default('unknown'), location: StoneLocation.default('unknown'),
  diameterMm: z.number().positive().max(500).nullable().default(null), note: z.string().max(2000).default('')
})
export type FindingByHand = z.infer<typeof FindingByHand>
