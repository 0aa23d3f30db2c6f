import { describe, expect, it } from 'vitest'
import { pagesOf } from './worklist-rows.ts'
import { isFiltered, nextSort, periodStart } from './worklist-state.ts'

describe('the worklist', () => {
  it('asks for the pages in sight and no others', () => {
    expect([pagesOf(0, 40), pagesOf(95, 130), pagesOf(9950, 9999)]).toEqual([[0], [0, 1], [99]])
  })
  it('sorts a new column the way it is mostly wanted and turns about at the next click', () => {
    expect(nextSort({ sort: 'importedAt', order: 'desc' }, 'patientName')).toEqual({ sort: 'patientName', order: 'asc' })
    expect(nextSort({ sort: 'patientName', order: 'asc' }, 'patientName')).toEqual({ sort: 'patientName', order: 'desc' })
    expect(nextSort({ sort: 'patientName', order: 'asc' }, 'studyDate')).toEqual({ sort: 'studyDate', order: 'desc' })
  })
  it('counts days back in this machine’s own calendar', () => {
    const now = new Date(2026, 2, 3, 12).getTime()
    expect([periodStart('any', now), periodStart('today', now), periodStart('week', now)]).toEqual([null, '2026-03-03', '2026-02-24'])
  })
  it('knows when it hides something', () => {
    const open = { search: ' ', status: null, modality: null, period: 'any' } as const
    expect([isFiltered(open), isFiltered({ ...open, search: 'x' }), isFiltered({ ...open, status: 'new' })]).toEqual([false, true, true])
  })
})
