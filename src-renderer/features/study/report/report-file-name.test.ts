import { expect, it } from 'vitest'
import { reportFileName } from './report-file-name.ts'

const id = '018f2c1e-7d60-7abc-8def-0123456789ab'

it('names a report by date and accession number, or by a piece of its own id', () => {
  expect(reportFileName({ studyDate: '2026-11-23', accessionNumber: 'A 10/42' }, { id, status: 'final' })).toBe('report-2026-11-23-A1042.pdf')
  expect(reportFileName({ studyDate: null, accessionNumber: '' }, { id, status: 'draft' })).toBe('report-draft-undated-456789ab.pdf')
  expect(reportFileName({ studyDate: '2026-11-23', accessionNumber: '../é' }, { id, status: 'amended' })).toBe('report-2026-11-23-456789ab.pdf')
})
