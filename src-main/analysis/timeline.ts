import type { FindingEdit } from '../../src-shared/analysis.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { TimelineEntry } from '../../src-shared/reports.ts'
import type { StudyDetail } from '../../src-shared/studies.ts'
import type { ActRow, FindingStore } from './findings/finding-store.ts'
import { plural } from './findings/summary.ts'
import type { AnalysisRow, AnalysisStore, StepRow } from './graph/analysis-store.ts'
import type { ReadingRow, ReadingStore } from './readings/reading-store.ts'
import type { ReportStore, SaveRow } from './reports/report-store.ts'

type Sources = Readonly<{ store: ReportStore, findings: FindingStore, analyses: AnalysisStore, readings: ReadingStore }>
const coalesceMs = 5 * 60_000

/** What happened to a study, oldest first, in words. */
export function timelineOf(studyUid: StudyUid, detail: StudyDetail, { store, findings, analyses, readings }: Sources): TimelineEntry[] {
  const report = store.ofStudy(studyUid)
  const { study } = detail
  const imported = entry(study.importedAt, 'import', `Imported: ${plural(study.seriesCount, 'series', 'series')}, ${plural(study.instanceCount, 'image')}.`, '')
  return [
    imported,
    ...analyses.ofStudy(studyUid).flatMap((row) => analysisEntries(row, analyses.steps(row.id))),
    ...findings.actsOfStudy(studyUid).flatMap(actEntry),
    ...readings.ofStudy(studyUid).flatMap(readingEntry),
    ...readings.actsOfStudy(studyUid).map(({ at, verdict, actorName }) => entry(at, 'verdict', `Sentence of the reader ${statementVerdicts[verdict]}.`, actorName)),
    ...impressionEntries(studyUid, readings),
    ...(report === null ? [] : coalesced(store.saves(report.id))),
    ...store.signaturesOfStudy(studyUid).map(({ kind, signedAt, signedByName, hash }) => (kind === 'report'
      ? entry(signedAt, 'sign', `Report signed (hash ${hash.slice(0, 12)}).`, signedByName)
      : entry(signedAt, 'addendum', `Addendum signed (hash ${hash.slice(0, 12)}).`, signedByName))),
    ...store.exports(studyUid).map((row) => entry(row.at, 'export', row.isSigned ? 'Report exported as PDF.' : 'Draft exported as PDF.', row.actorName))
  ].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

function entry(at: string, kind: TimelineEntry['kind'], text: string, actor: string, extra: Partial<TimelineEntry> = {}): TimelineEntry {
  return { at, kind, text, actor, durationMs: null, isError: false, ...extra }
}

function analysisEntries(row: AnalysisRow, steps: readonly StepRow[]): TimelineEntry[] {
  const asked = entry(row.createdAt, 'analysis', `Analysis asked for: ${row.protocol} ${row.protocolVersion}. ${row.protocolReason}`, row.requestedByName)
  const ended = row.finishedAt === null || row.state === 'done' ? []
    : [entry(row.finishedAt, 'analysis', row.state === 'failed' ? `Analysis failed: ${row.error ?? ''}` : 'Analysis cancelled.', '', { isError: row.state === 'failed' })]
  return [asked, ...steps.flatMap(stepEntry), ...ended]
}

const stepWords: Readonly<Record<StepRow['step'], string>> = {
  load: 'Images loaded', quantify: 'Measured', 'select-slices': 'Slices chosen', read: 'Reader', reconcile: 'Findings reconciled',
  draft: 'Report drafted', clinician: 'Waiting for a clinician', finalise: 'Analysis closed'
}

function stepEntry({ step, state, startedAt, finishedAt, durationMs, detail, starts }: StepRow): TimelineEntry[] {
  const at = finishedAt ?? startedAt
  if (at === null) return []
  const again = starts > 1 ? ` (begun ${starts} times: the application was stopped in between)` : ''
  const words = state === 'skipped' ? `${stepWords[step]} skipped` : stepWords[step]
  return [entry(at, 'step', `${words}${detail === '' ? '.' : `: ${detail}`}${again}`, '', { durationMs, isError: state === 'failed' })]
}

const fieldWords: Readonly<Record<FindingEdit['field'], string>> = {
  kind: 'kind', diameterMm: 'size in mm', volumeMm3: 'volume in mm³', meanHu: 'mean HU', maxHu: 'maximum HU', laterality: 'side', location: 'place', note: 'note'
}
const readingWords: Readonly<Record<ReadingRow['task'], string>> = {
  'describe-study': 'Reader described the study', 'second-look': 'Reader looked at a candidate again', impression: 'Reader proposed an impression', 'plain-language': 'Reader wrote plain words', 'caption-chunk': 'Reader captioned', intervention: 'Reader decided'
}
const statementVerdicts = { accept: 'accepted', reject: 'rejected', reopen: 'reopened', amend: 'amended' } as const

/** What was decided on second looks stands with their findings; of the looks themselves the time is enough. */
function readingEntry({ task, state, finishedAt, error, timing, run, requestedByName }: ReadingRow): TimelineEntry[] {
  if (finishedAt === null) return []
  const made = run === null ? '' : ` (${run.isMock ? 'MOCK' : run.model})`
  return [entry(finishedAt, 'step', state === 'done' ? `${readingWords[task]}${made}.` : `${readingWords[task]}: ${error ?? state}`, requestedByName === 'Vigil' ? '' : requestedByName, { durationMs: timing?.totalMs ?? null, isError: state === 'failed' })]
}

function impressionEntries(studyUid: StudyUid, readings: ReadingStore): TimelineEntry[] {
  const first = readings.firstImpression(studyUid)
  const agreement = readings.agreement(studyUid)
  return [
    ...(first === null ? [] : [entry(first.at, 'report', 'First impression kept; the text of the reader was opened.', first.byName)]),
    ...(agreement === null ? [] : [entry(agreement.at, 'verdict', agreement.agreement === 'agrees' ? 'The reader agrees with the first impression.' : 'The reader differs from the first impression.', agreement.byName)])
  ]
}

const verdictWords = { accept: 'accepted', reject: 'rejected', reopen: 'reopened' } as const

function actEntry({ act, at, actorName }: ActRow): TimelineEntry[] {
  switch (act.act) {
    case 'verdict': return [entry(at, 'verdict', `Finding ${verdictWords[act.verdict]}${act.reason === '' ? '.' : `: ${act.reason}`}`, actorName)]
    case 'edit': return [entry(at, 'verdict', `Finding edited: ${fieldWords[act.edit.field]} from ${shown(act.edit.from)} to ${shown(act.edit.to)}`, actorName)]
    case 'added': return [entry(at, 'verdict', 'Finding added by hand.', actorName)]
    case 'superseded': return [entry(at, 'other', 'An undecided finding was replaced by the newer analysis.', actorName)]
    case 'kept': return [entry(at, 'other', 'A decided finding was kept from the earlier analysis.', actorName)]
    default: return []
  }
}

const shown = (value: string | number | null): string => (value === null || value === '' ? 'nothing' : String(value))

/** Saves of one person within five minutes of each other are one line; template redrafts say so once. */
function coalesced(saves: readonly SaveRow[]): TimelineEntry[] {
  const groups: { first: SaveRow, last: SaveRow, count: number }[] = []
  for (const save of saves) {
    const open = groups.at(-1)
    const isSame = open !== undefined && open.last.actor === save.actor && Date.parse(save.at) - Date.parse(open.last.at) < coalesceMs
    if (isSame) { open.last = save; open.count += 1 } else groups.push({ first: save, last: save, count: 1 })
  }
  return groups.map(({ first, last, count }) => entry(last.at, 'report', first.by === 'machine'
    ? `Report drafted from the measurements${count === 1 ? '.' : ` (${count} times).`}`
    : `Report text saved${count === 1 ? '.' : ` (${count} times).`}`, first.actorName))
}
