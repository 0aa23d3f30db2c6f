import { useQuery } from '@tanstack/react-query'
import { MousePointerClick } from 'lucide-react'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../src-shared/studies.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { detailQuery } from '../../api/queries.ts'
import { thumbnailUrl } from '../../api/studies.ts'
import { Button } from '../../ui/button.tsx'
import { CommandKeys } from '../../ui/command-keys.tsx'
import { useCommandRegistry } from '../../ui/commands-context.tsx'
import { useDebounced } from '../../ui/debounced.ts'
import { ageAndSex, ageAtStudy, counted, personName } from '../../ui/format.ts'
import { Picture } from '../../ui/picture.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx'
import { PreviewFindings, PreviewHistory } from './preview-parts.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'

/** Whose study this is, what state it is in, what was found: enough to decide what to open, without opening it. */
export function Preview({ studyUid, onOpen }: Readonly<{ studyUid: StudyUid | null, onOpen: (studyUid: StudyUid) => void }>) {
  const settled = useDebounced(studyUid, 120)
  return (
    <aside className="preview" aria-label="Preview of the selected study">
      {settled === null ? <EmptyState icon={<MousePointerClick aria-hidden />} title="No study selected" text="Arrow keys move, Enter opens." /> : <StudyPreview key={settled} studyUid={settled} onOpen={onOpen} />}
    </aside>
  )
}

function StudyPreview({ studyUid, onOpen }: Readonly<{ studyUid: StudyUid, onOpen: (studyUid: StudyUid) => void }>) {
  const detail = useQuery(detailQuery(useApi(), studyUid))
  if (detail.data === undefined) {
    return detail.isError ? <ErrorState title="The study can't be read" message={messageOf(detail.error)} onRetry={() => { void detail.refetch() }} /> : <div className="preview-loading"><Skeleton height={220} /><Skeleton width="60%" /><Skeleton width="40%" /></div>
  }
  return <Loaded detail={detail.data} onOpen={onOpen} />
}

function Loaded({ detail: { study, series }, onOpen }: Readonly<{ detail: StudyDetail, onOpen: (studyUid: StudyUid) => void }>) {
  const commands = useCommandRegistry()
  // The series with the most frames is mostly the one that a clinician means by "the study".
  const main = series.filter((one) => one.isViewable).toSorted((a, b) => b.frames - a.frames)[0]
  return (
    <>
      <div className="preview-image">
        {main === undefined ? <p className="quiet">Nothing in this study can be drawn.</p> : <Picture src={thumbnailUrl(main.seriesUid)} alt={`Thumbnail of ${main.description || 'the main series'}`} />}
      </div>
      <div className="preview-text">
        <div className="stack preview-head">
          <h2>{personName(study.patientName)}</h2>
          <Facts parts={[ageAndSex(ageAtStudy(study.birthDate, study.studyDate), study.sex), study.patientId, study.birthDate === null ? '' : `born ${study.birthDate}`]} />
          <p>{study.description || 'No description'}</p>
          <Facts parts={[study.studyDate ?? 'no date', study.studyTime?.slice(0, 5) ?? '', study.modalities.join(' '), counted(study.seriesCount, 'series', 'series'), counted(study.instanceCount, 'image')]} />
          <StatusMark row={study} />
        </div>
        <div className="row">
          <Button tone="primary" onClick={() => { onOpen(study.studyUid) }}>Open <CommandKeys command="worklist.open" /></Button>
          <Button onClick={() => { commands.run('worklist.analyse') }}>Analyse <CommandKeys command="worklist.analyse" /></Button>
        </div>
        <PreviewFindings studyUid={study.studyUid} />
        <PreviewHistory study={study} onOpen={onOpen} />
      </div>
    </>
  )
}

/** Short facts in a row; a line may break between them and not inside one. */
function Facts({ parts }: Readonly<{ parts: readonly string[] }>) {
  return <p className="quiet preview-facts">{parts.filter((part) => part !== '').map((part) => <span key={part}>{part}</span>)}</p>
}
