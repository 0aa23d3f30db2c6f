import type { FirstImpression, Reading, Statement } from '../../../src-shared/reading.ts'
import type { AgreementRow, FirstImpressionRow, ReadingRow, StatementRow } from './reading-store.ts'

/** A reading as the contract shows it; `isHidden` leaves out every word of the model (read-first). */
export function readingOf(row: ReadingRow, statements: readonly StatementRow[], isHidden: boolean): Reading {
  const { id, studyUid, analysisId, task, findingId, state, run, timing, error, createdAt, finishedAt } = row
  return {
    id, studyUid, analysisId, task, findingId, state, run, timing, images: { given: row.images, available: row.imagesAvailable, note: row.imagesNote }, verdict: isHidden ? null : row.verdict,
    statements: isHidden ? [] : statements.map((statement) => statementOf(statement, run)), error, requestedBy: row.requestedByName, createdAt, finishedAt
  }
}

export function statementOf(row: StatementRow, run: ReadingRow['run']): Statement {
  const { id, readingId, studyUid, section, spans, images, isFlagged, status, amendedText, revision, decidedBy, decidedAt } = row
  return { id, readingId, studyUid, section, spans, images, isLocated: images.length > 0, isFlagged, status, amendedText, isMock: run?.isMock ?? false, revision, decidedBy, decidedAt }
}

export function firstImpressionOf(row: FirstImpressionRow | null, agreement: AgreementRow | null): FirstImpression | null {
  return row === null ? null : { text: row.text, by: row.byName, at: row.at, agreement: agreement?.agreement ?? null, note: agreement?.note ?? '' }
}
