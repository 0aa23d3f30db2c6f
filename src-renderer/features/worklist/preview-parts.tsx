import { useQuery } from '@tanstack/react-query'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { WorklistRow } from '../../../src-shared/studies.ts'
import { useApi } from '../../api/api-context.tsx'
import { analysisQuery, timelineQuery, worklistQuery } from '../../api/queries.ts'
import { instantText } from '../../ui/format.ts'
import { findingTitle, sizeText, sizeWithErrorText } from '../../ui/finding-texts.ts'
import { useNow } from '../../ui/now.ts'

export function PreviewFindings({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const { data } = useQuery(analysisQuery(useApi(), studyUid))
  if (data === undefined || data.analysis === null) return null
  const stones = data.findings.filter((finding) => (finding.kind === 'stone' || finding.kind === 'other') && finding.status !== 'rejected')
  const others = data.findings.length - stones.length
  return (
    <section className="stack" aria-label="Findings">
      <h3>Findings</h3>
      {stones.length === 0 ? <p className="quiet">None standing.</p> : null}
      <ul className="preview-list">
        {stones.slice(0, 6).map((finding) => <li key={finding.id}><span className="grow">{findingTitle(finding)}</span><span title={sizeWithErrorText(finding)}>{sizeText(finding)}</span></li>)}
      </ul>
      {others > 0 ? <p className="quiet small">{others} looked at and set aside</p> : null}
    </section>
  )
}

/** Other studies of the same patient first, then what happened to this one. */
export function PreviewHistory({ study, onOpen }: Readonly<{ study: WorklistRow, onOpen: (studyUid: StudyUid) => void }>) {
  const api = useApi()
  const now = useNow(60_000)
  const timeline = useQuery(timelineQuery(api, study.studyUid))
  const same = useQuery({ ...worklistQuery(api, { search: study.patientId, sort: 'studyDate', order: 'desc', offset: 0, limit: 20 }), enabled: study.patientId.length >= 3 })
  const others = (same.data?.rows ?? []).filter((row) => row.patientId === study.patientId && row.patientName === study.patientName && row.studyUid !== study.studyUid)
  const entries = (timeline.data ?? []).filter((entry) => entry.kind !== 'step').slice(-6).toReversed()
  return (
    <section className="stack" aria-label="History">
      <h3>History</h3>
      <ul className="preview-list">
        {others.slice(0, 5).map((row) => (
          <li key={row.studyUid}><button type="button" className="link grow" onClick={() => { onOpen(row.studyUid) }}>{row.description || row.modalities.join(' ') || 'Study'}</button><span className="quiet">{row.studyDate ?? 'no date'}</span></li>
        ))}
        {entries.map((entry) => <li key={`${entry.at}${entry.text}`} className={entry.isError ? 'preview-error' : ''}><span className="grow">{entry.text}</span><span className="quiet">{instantText(entry.at, now)}</span></li>)}
      </ul>
      {others.length + entries.length === 0 ? <p className="quiet">Imported {instantText(study.importedAt, now)}.</p> : null}
    </section>
  )
}
