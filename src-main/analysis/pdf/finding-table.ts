import { isFitted } from '../../../src-shared/analysis.ts'
import { rounded } from '../reports/numbers.ts'
import { capitalised, kindWords } from '../reports/words.ts'
import type { FindingForPage } from './facts.ts'
import { ink, type Sheet } from './sheet.ts'
import { drawTable, type Column } from './table.ts'

const columns: readonly Column[] = [
  { title: '#', share: 4.5, align: 'right' }, { title: 'Kind', share: 12.5 }, { title: 'Size, mm', share: 15, align: 'right' }, { title: 'Volume, mm³', share: 12.5, align: 'right' },
  { title: 'HU mean / max', share: 14, align: 'right' }, { title: 'Side', share: 9.5 }, { title: 'Place', share: 13 }, { title: 'Verdict', share: 16 }
]

/** Every finding, also rejected and undecided ones: a report hides none of them. */
export function drawFindings(sheet: Sheet, findings: readonly FindingForPage[]): void {
  if (findings.length === 0) return
  sheet.heading('Findings measured')
  drawTable(sheet, columns, findings.map(cellsOf))
  if (!findings.some(hasEditedNumber)) return
  sheet.space(3)
  sheet.paragraph('* edited by the clinician; in brackets what was measured', { size: 7.5, color: ink.edited })
}

function cellsOf(entry: FindingForPage, index: number): string[] {
  const { finding } = entry
  const size = finding.diameterMm === null ? '–' : `${numberCell(entry, 'diameterMm', 'mm')}${finding.diameterErrorMm === null ? '' : ` ± ${rounded(finding.diameterErrorMm, 'mm')}`}`
  return [
    String(index + 1), capitalised(kindWords[finding.kind][0]), size, numberCell(entry, 'volumeMm3', 'mm³'),
    `${isFitted(finding) ? 'fit ' : ''}${numberCell(entry, 'meanHu', 'HU')} / ${numberCell(entry, 'maxHu', 'HU')}`,
    finding.laterality === 'unknown' ? '–' : capitalised(finding.laterality), finding.location === 'unknown' ? '–' : capitalised(finding.location.replaceAll('-', ' ')), verdictWords(entry)
  ]
}

const numberFields = ['diameterMm', 'volumeMm3', 'meanHu', 'maxHu'] as const
type NumberField = (typeof numberFields)[number]

const isEdited = ({ finding, measured }: FindingForPage, field: NumberField) => measured !== null && finding[field] !== measured[field]
const hasEditedNumber = (entry: FindingForPage) => numberFields.some((field) => isEdited(entry, field))

function numberCell(entry: FindingForPage, field: NumberField, unit: string): string {
  const value = entry.finding[field]
  const shown = value === null ? '–' : rounded(value, unit)
  if (!isEdited(entry, field)) return shown
  const before = entry.measured?.[field] ?? null
  return `${shown}* (${before === null ? '–' : rounded(before, unit)})`
}

function verdictWords({ finding }: FindingForPage): string {
  const words = { proposed: 'Not decided', accepted: finding.origin === 'clinician' ? 'Added by hand' : 'Accepted', rejected: 'Rejected', amended: 'Accepted, edited' }
  return finding.decidedBy === null ? words[finding.status] : `${words[finding.status]}, ${finding.decidedBy}`
}
