import { and, eq, inArray, sql } from 'drizzle-orm'
import { stepNames, type AnalyseRequest, type Analysis, type AnalysisStep, type StepName } from '../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import type { Actor } from '../findings/finding-store.ts'
import { analyses, analysisSteps } from '../tables.ts'

export type AnalysisRow = typeof analyses.$inferSelect
export type StepRow = typeof analysisSteps.$inferSelect
export type ChosenEngine = Pick<AnalysisRow, 'protocol' | 'protocolReason' | 'protocolVersion' | 'appVersion' | 'seriesUid'>
export type AnalysisChange = Partial<Omit<AnalysisRow, 'id' | 'studyUid' | 'createdAt'>>

export function createAnalysisStore({ orm }: Db, clock: Clock) {
  const get = (id: string): AnalysisRow | null => orm.select().from(analyses).where(eq(analyses.id, id)).get() ?? null
  return {
    get,
    latest: (studyUid: StudyUid): AnalysisRow | null =>
      orm.select().from(analyses).where(eq(analyses.studyUid, studyUid)).orderBy(sql`rowid desc`).limit(1).get() ?? null,
    active: (studyUid: StudyUid): AnalysisRow | null =>
      orm.select().from(analyses).where(and(eq(analyses.studyUid, studyUid), inArray(analyses.state, ['queued', 'running']))).get() ?? null,
    ofStudy: (studyUid: StudyUid): AnalysisRow[] => orm.select().from(analyses).where(eq(analyses.studyUid, studyUid)).orderBy(sql`rowid`).all(),
    /** With all its steps waiting. */
    create(studyUid: StudyUid, request: AnalyseRequest, engine: ChosenEngine, by: Actor): AnalysisRow {
      const row = orm.insert(analyses).values({
        id: newRowId(), studyUid, request, ...engine, state: 'queued', progress: 0, candidates: null, slices: null, measurements: [], warnings: [], error: null,
        requestedBy: by.id, requestedByName: by.name, createdAt: clock.iso(), finishedAt: null
      }).returning().get()
      const waiting = { analysisId: row.id, state: 'waiting' as const, starts: 0, startedAt: null, finishedAt: null, durationMs: null, detail: '' }
      orm.insert(analysisSteps).values(stepNames.map((step) => ({ ...waiting, step }))).run()
      return row
    },
    change: (id: string, change: AnalysisChange): void => { orm.update(analyses).set(change).where(eq(analyses.id, id)).run() },
    steps: (analysisId: string): StepRow[] => orm.select().from(analysisSteps).where(eq(analysisSteps.analysisId, analysisId)).all()
      .toSorted((a, b) => stepNames.indexOf(a.step) - stepNames.indexOf(b.step)),
    step: (analysisId: string, step: StepName): StepRow | null =>
      orm.select().from(analysisSteps).where(and(eq(analysisSteps.analysisId, analysisId), eq(analysisSteps.step, step))).get() ?? null,
    beginStep: (analysisId: string, step: StepName): void => {
      orm.update(analysisSteps).set({ state: 'running', starts: sql`${analysisSteps.starts} + 1`, startedAt: clock.iso(), finishedAt: null, detail: '' })
        .where(and(eq(analysisSteps.analysisId, analysisId), eq(analysisSteps.step, step))).run()
    },
    endStep: (analysisId: string, step: StepName, end: Pick<StepRow, 'state' | 'detail' | 'durationMs'>): void => {
      orm.update(analysisSteps).set({ ...end, finishedAt: clock.iso() }).where(and(eq(analysisSteps.analysisId, analysisId), eq(analysisSteps.step, step))).run()
    }
  }
}
export type AnalysisStore = ReturnType<typeof createAnalysisStore>

/** The analysis as the contract shows it. */
export function analysisOf(row: AnalysisRow, steps: readonly StepRow[]): Analysis {
  const { id, studyUid, seriesUid, protocol, protocolReason, state, progress, measurements, warnings, error, createdAt, finishedAt } = row
  return {
    id, studyUid, seriesUid, protocol, protocolReason, engine: engineOf(row), state, progress, steps: steps.map(stepOf), measurements, warnings, error, createdAt, finishedAt
  }
}

export function engineOf({ protocol, protocolVersion, appVersion, reader }: Pick<AnalysisRow, 'protocol' | 'protocolVersion' | 'appVersion' | 'reader'>): Analysis['engine'] {
  return { protocol, protocolVersion, app: appVersion, reader }
}

function stepOf({ step, state, startedAt, finishedAt, detail }: StepRow): AnalysisStep {
  return { step, state, startedAt, finishedAt, detail }
}
