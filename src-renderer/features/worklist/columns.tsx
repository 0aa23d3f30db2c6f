import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { WorklistRow } from '../../../src-shared/studies.ts'
import { ageAndSex, ageAtStudy, ageOfStudy, countText, personName, shortPersonName } from '../../ui/format.ts'
import { StatusMark } from '../../ui/status-mark.tsx'
import type { SortBy } from './worklist-state.ts'

export type Column = Readonly<{
  id: string
  title: string
  sort: SortBy | null
  isNumber?: boolean
  cell: (row: WorklistRow, nowMs: number) => ReactNode
}>

const dash = '–'

export const columns: readonly Column[] = [
  { id: 'patient', title: 'Patient', sort: 'patientName', cell: (row) => <PatientCell row={row} /> },
  { id: 'age', title: 'Age/sex', sort: null, cell: (row) => ageAndSex(ageAtStudy(row.birthDate, row.studyDate), row.sex) },
  { id: 'date', title: 'Study date', sort: 'studyDate', cell: (row) => row.studyDate ?? dash },
  { id: 'modality', title: 'Mod.', sort: 'modality', cell: (row) => row.modalities.join(' ') || dash },
  { id: 'body', title: 'Body part', sort: 'bodyPart', cell: (row) => row.bodyPart.toLowerCase() || dash },
  { id: 'description', title: 'Description', sort: 'description', cell: (row) => row.description || dash },
  { id: 'images', title: 'Images', sort: 'instanceCount', isNumber: true, cell: (row) => <>{row.warnings > 0 ? <WarningMark count={row.warnings} /> : null}{countText(row.instanceCount)}</> },
  { id: 'status', title: 'Status', sort: 'status', cell: (row) => <StatusMark row={row} /> },
  { id: 'findings', title: 'Findings', sort: null, cell: (row) => row.findings || dash },
  { id: 'old', title: 'Study age', sort: null, isNumber: true, cell: (row, nowMs) => ageOfStudy(row.studyDate, nowMs) ?? dash },
  { id: 'assigned', title: 'Assigned to', sort: null, cell: (row) => row.assignedTo ?? dash }
]

/** A name in several scripts begins with the first, then the number that tells namesakes apart; the rest follows as far as there is room, and whole in the tooltip. */
function PatientCell({ row: { patientName, patientId } }: Readonly<{ row: WorklistRow }>) {
  const whole = personName(patientName)
  const short = shortPersonName(patientName)
  return (
    <span title={`${whole} ${patientId}`.trim()}>
      <span className="worklist-name">{short}</span> <span className="quiet">{patientId}</span>
      {whole === short ? null : <span className="quiet"> {whole.slice(short.length)}</span>}
    </span>
  )
}

function WarningMark({ count }: Readonly<{ count: number }>) {
  const text = count === 1 ? 'one warning about its series' : `${count} warnings about its series`
  return <span className="worklist-warning" title={text}><TriangleAlert aria-hidden /><span className="visually-hidden">{text}</span></span>
}
