import { ArrowLeft, ChevronDown, ChevronUp } from 'lucide-react'
import type { WorklistRow } from '../../../src-shared/studies.ts'
import { IconButton } from '../../ui/button.tsx'
import { useChordOf } from '../../ui/commands-context.tsx'
import { ageAndSex, ageAtStudy, personName } from '../../ui/format.ts'
import { StatusMark } from '../../ui/status-mark.tsx'

type StudyHeadProps = Readonly<{ study: WorklistRow, onLeave: () => void, onPrevious: (() => void) | null, onNext: (() => void) | null }>

/** Whose study this is, always in sight. */
export function StudyHead({ study, onLeave, onPrevious, onNext }: StudyHeadProps) {
  const facts = [ageAndSex(ageAtStudy(study.birthDate, study.studyDate), study.sex), study.birthDate === null ? '' : `born ${study.birthDate}`, study.patientId]
  return (
    <header className="study-head">
      <IconButton name="Back to the worklist" chord={useChordOf('study.leave')} onClick={onLeave}><ArrowLeft aria-hidden /></IconButton>
      <IconButton name="Previous study" chord={useChordOf('study.previous')} disabled={onPrevious === null} onClick={() => { onPrevious?.() }}><ChevronUp aria-hidden /></IconButton>
      <IconButton name="Next study" chord={useChordOf('study.next')} disabled={onNext === null} onClick={() => { onNext?.() }}><ChevronDown aria-hidden /></IconButton>
      <h1 className="ellipsis" title={personName(study.patientName)}>{personName(study.patientName)}</h1>
      <span className="quiet ellipsis">{facts.filter((part) => part !== '' && part !== '–').join(' · ')}</span>
      <span className="grow" />
      <span className="ellipsis">{study.description || 'No description'}</span>
      <span className="quiet">{study.studyDate ?? 'no date'} {study.studyTime?.slice(0, 5) ?? ''}</span>
      <StatusMark row={study} />
    </header>
  )
}
