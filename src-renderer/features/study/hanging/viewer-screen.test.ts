import { describe, expect, it } from 'vitest'
import { SeriesUid } from '../../../../src-shared/ids.ts'
import type { PaneContentRequest, StudyViewer } from '../../../viewer/index.ts'
import { distanceText } from './distance-text.ts'
import type { Hanging } from './hang.ts'
import { aStudy } from './test-studies.ts'
import { showHanging } from './viewer-screen.ts'

const detail = aStudy([{ description: 'Axial' }])
const seriesUid = detail.series[0]?.seriesUid ?? SeriesUid.parse('1.7.1')
const shown = { kind: 'shown', studyUid: detail.study.studyUid, seriesUid, mode: 'stack', slab: null, window: null, isInverted: false } as const

/** Takes a screen as the viewer would. */
function aViewer() {
  const asked: { grid: object, contents: readonly (PaneContentRequest | null)[], options: object | undefined }[] = []
  const hang: StudyViewer['hang'] = (grid, contents, options) => { asked.push({ grid, contents, options }); return Promise.resolve() }
  return { asked, hang }
}

describe('a hanging', () => {
  it('goes to the viewer pane by pane, and says once why panes stay empty', async () => {
    const viewer = aViewer()
    const empty = { kind: 'empty', reason: 'There is no MR series in this study.' } as const
    const hanging: Hanging = { rows: 2, columns: 2, isLinked: true, protocolId: 'x', name: 'Mine', panes: [{ ...shown, mode: 'coronal', slab: { mode: 'mip', thicknessMm: 8 } }, empty, empty, { kind: 'empty', reason: null }] }
    expect(await showHanging(viewer, hanging)).toEqual(['There is no MR series in this study.'])
    expect(viewer.asked).toEqual([{
      grid: { rows: 2, columns: 2 }, options: { layout: 'grid', isLinked: true },
      contents: [{ studyUid: '1.7', seriesUid: '1.7.1', mode: 'coronal', slab: { mode: 'mip', thicknessMm: 8 }, window: null, isInverted: false }, null, null, null]
    }])
  })
  it('of one stack is the plain screen', async () => {
    const viewer = aViewer()
    await showHanging(viewer, { rows: 1, columns: 1, isLinked: false, protocolId: null, name: 'Usual', panes: [shown] })
    expect(viewer.asked[0]?.options).toEqual({ layout: 'one', isLinked: false })
  })
})

describe('how far another study lies', () => {
  it('is told from the day of the one that is read', () => {
    const from = (studyDate: string | null) => distanceText({ studyDate }, '2026-01-02')
    expect(['2024-01-01', '2025-12-24', '2026-01-02', '2026-01-20', null].map(from)).toEqual(['2 y earlier', '9 d earlier', 'same day', '18 d later', ''])
    expect(distanceText({ studyDate: '2024-01-01' }, null)).toBe('')
  })
})
