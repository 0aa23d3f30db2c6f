import { AppError } from '../../../src-shared/errors.ts'
import type { StepName } from '../../../src-shared/analysis.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { FindingStore } from '../findings/finding-store.ts'
import { findingIdsOf, reconcile } from '../findings/reconcile.ts'
import { plural } from '../findings/summary.ts'
import type { MaskStore } from '../masks/mask-store.ts'
import type { ProtocolContext } from '../protocols/types.ts'
import { readStep } from '../readings/read-step.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import type { RunReading } from '../readings/run-reading.ts'
import type { Reports } from '../reports/reports.ts'
import type { ChosenSlice, PlacedCandidate } from '../tables.ts'
import type { AnalysisRow, AnalysisStore } from './analysis-store.ts'
import type { Measure } from './measure.ts'
import { seriesFacts } from './series-facts.ts'
import { placed, sliceOf } from './slices.ts'
import type { Run, StepEnd, StepWork } from './steps.ts'

type Deps = Pick<AnalysisDeps, 'studies' | 'ruler' | 'clock' | 'reader' | 'log'> & Readonly<{
  readingStore: ReadingStore, runReading: RunReading
  store: AnalysisStore, findings: FindingStore, masks: MaskStore, reports: Reports, measure: Measure
}>
export type WorkStep = Exclude<StepName, 'clinician'>

/** What the steps do. Each reads rows, works, and hands back what is to be committed; none keeps anything for the next but through rows. */
export function createNodes(deps: Deps): Readonly<Record<WorkStep, StepWork>> {
  const { store, clock } = deps
  return {
    load: (run, analysis) => load(deps, run, analysis),
    quantify: (run, analysis) => quantify(deps, run, analysis),
    'select-slices': async (_run, analysis) => {
      const series = await deps.studies.describeSeries(seriesOf(analysis))
      const slices = candidatesOf(analysis).map((candidate) => sliceOf(series, candidate))
      const images = new Set(slices.map((slice) => slice.sopInstanceUid))
      return { detail: `${plural(images.size, 'image')} chosen.`, commit: () => { store.change(analysis.id, { slices }) } }
    },
    read: (run, analysis) => read(deps, run, analysis),
    reconcile: async (_run, analysis) => reconcileStep(deps, analysis),
    draft: (_run, analysis) => draft(deps, analysis),
    finalise: async (_run, analysis) => ({ detail: 'Signed.', commit: () => { store.change(analysis.id, { state: 'done', progress: 1, finishedAt: clock.iso() }) } })
  }
}

async function load({ ruler, ...deps }: Deps, run: Run, analysis: AnalysisRow): Promise<StepEnd> {
  if (!ruler().isTrue) throw measuringLocked()
  const volume = await volumeOf(deps, run, analysis, 0, 0.4)
  const { slices, rows, columns, geometry } = volume
  return { detail: `${plural(slices, 'slice')} of ${columns} × ${rows}, spacing ${geometry.sliceSpacingMm.toFixed(1)} mm.` }
}

async function quantify({ store, measure, ...deps }: Deps, run: Run, analysis: AnalysisRow): Promise<StepEnd> {
  // After a restart the volume has to be loaded again: it lives in memory only.
  const volume = run.volume ?? await volumeOf(deps, run, analysis, 0, 0.4)
  const [series, detail] = await Promise.all([deps.studies.describeSeries(seriesOf(analysis)), deps.studies.detail(analysis.studyUid)])
  const { bodyPart, description, contrastAgent, kernel, warnings: codes } = seriesFacts(series, detail)
  const context: ProtocolContext = { bodyPart, description, contrastAgent, kernel, warnings: codes }
  const { candidates, masks, measurements, warnings } = await measure({ protocol: analysis.protocol, volume, context }, {
    signal: run.signal, onProgress: (fraction) => { run.progress(0.4 + fraction * 0.5) }
  })
  // The reader looks at the same voxels.
  if (deps.reader.whyNot() !== null) run.volume = null
  return {
    detail: `${plural(candidates.length, 'candidate')} measured.`,
    commit: () => {
      store.change(analysis.id, { candidates: candidates.map((candidate, index) => placed(candidate, masks[index] ?? null, series, volume)), measurements, warnings })
    }
  }
}

async function volumeOf({ studies }: Pick<Deps, 'studies'>, run: Run, analysis: AnalysisRow, from: number, to: number): Promise<Volume> {
  run.volume = await studies.loadVolume(seriesOf(analysis), { signal: run.signal, onProgress: (fraction) => { run.progress(from + fraction * (to - from)) } })
  return run.volume
}

async function read(deps: Deps, run: Run, analysis: AnalysisRow): Promise<StepEnd> {
  const { reader, studies, findings, store, readingStore, runReading, log } = deps
  const why = reader.whyNot()
  if (why !== null) return { detail: `${why} No model has read this study.`, isSkipped: true }
  const candidates = candidatesOf(analysis)
  const [series, detail] = await Promise.all([studies.describeSeries(seriesOf(analysis)), studies.detail(analysis.studyUid)])
  const volume = run.volume ?? await volumeOf(deps, run, analysis, 0.9, 0.9)
  const findingIds = findingIdsOf(analysis, candidates, { existing: findings.ofStudy(analysis.studyUid), actsOf: (id) => findings.acts(id) })
  try {
    const { words, ...end } = await readStep({ reader, log, store: readingStore, runReading }, { run, analysis, candidates, findingIds, volume, series, detail })
    return { ...end, commit: () => { store.change(analysis.id, { reader: words }) } }
  } finally {
    run.volume = null
  }
}

function reconcileStep({ findings, masks, clock }: Deps, analysis: AnalysisRow): StepEnd {
  const candidates = candidatesOf(analysis)
  const slices: readonly ChosenSlice[] = analysis.slices ?? []
  const plan = reconcile(analysis, candidates, slices, {
    existing: findings.ofStudy(analysis.studyUid), actsOf: (id) => findings.acts(id), hasMask: (id) => masks.has(id)
  })
  return {
    detail: `${plural(plan.fresh.length, 'new finding')}, ${plan.kept.length} kept from before, ${plan.superseded.length} replaced.`,
    commit: () => {
      const actor = { id: 'vigil', name: 'Vigil' }
      for (const row of plan.superseded) {
        findings.change(row, { supersededAt: clock.iso() })
        findings.record(row, { act: 'superseded' }, actor)
      }
      for (const row of plan.kept) findings.record(row, { act: 'kept' }, actor)
      for (const row of plan.fresh) findings.insert(row)
      for (const { findingId, mask } of plan.masks) masks.insert(findingId, mask)
    }
  }
}

async function draft({ reports, studies, store }: Deps, analysis: AnalysisRow): Promise<StepEnd> {
  const technique = await reports.techniqueOf(analysis.studyUid, analysis)
  return {
    detail: 'The draft report is ready.',
    commit: () => {
      reports.redraft(analysis.studyUid, technique)
      store.change(analysis.id, { state: 'awaiting-clinician', progress: 1 })
      studies.setReview(analysis.studyUid, { status: 'needs-review', progress: null, findings: reports.worklistWords(analysis.studyUid) })
    }
  }
}

function candidatesOf(analysis: AnalysisRow): readonly PlacedCandidate[] {
  if (analysis.candidates === null) throw new AppError('internal', 'The measurements of this analysis are missing. Analyse the study again.')
  return analysis.candidates
}

function seriesOf(analysis: AnalysisRow) {
  if (analysis.seriesUid === null) throw new AppError('not-analysable', analysis.protocolReason)
  return analysis.seriesUid
}

export function measuringLocked(): AppError {
  return new AppError('measuring-locked',
    'Measuring is locked: at start this workstation measured a known phantom wrongly. Restart the application; if it stays locked, use another workstation.')
}
