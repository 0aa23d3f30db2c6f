import { describe, expect, it } from 'vitest'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { OverlaySummary } from '../../../../src-shared/overlays.ts'
import type { StudySeries } from '../../../../src-shared/studies.ts'
import { allOrNone, isSameOverlay, partKey, partNumberOf, toggled } from './overlay-switches.ts'
import { targetText } from './overlay-texts.ts'

const target = (seriesUid: string, by: OverlaySummary['targets'][number]['by']) => ({ seriesUid: SeriesUid.parse(seriesUid), studyUid: StudyUid.parse('1.1'), by })
const anOverlay = (uid: string, changes: Partial<OverlaySummary> = {}): OverlaySummary => ({
  sopInstanceUid: SopInstanceUid.parse(uid), seriesUid: SeriesUid.parse('1.8'), kind: 'contours', modality: 'RTSTRUCT', seriesNumber: 3, label: 'A', detail: '', targets: [], imagesNamed: 0, imagesHere: 0, isDrawable: true, notDrawableReason: null, ...changes
})
const aSeries = (seriesUid: string, modality: string, seriesNumber: number | null, description: string) => ({ seriesUid: SeriesUid.parse(seriesUid), modality, seriesNumber, description }) as StudySeries

describe('where an object belongs', () => {
  const series = [aSeries('1.2', 'CT', 2, 'Abdomen'), aSeries('1.3', 'PT', null, '')]
  it('is said by the names of the series, and by what it is known', () => {
    expect(targetText({ targets: [target('1.2', 'images'), target('1.3', 'frame-of-reference')] }, series)).toBe('On CT 2 Abdomen; by frame of reference on PT')
    expect(targetText({ targets: [target('1.3', 'frame-of-reference')] }, series)).toBe('By frame of reference on PT')
    expect(targetText({ targets: [target('1.7', 'images')] }, series)).toBe('On a series of another study')
    expect(targetText({ targets: [] }, series)).toBe('')
  })
})

describe('switches', () => {
  it('turn one on and off, and all that can be drawn', () => {
    const [a, b, text] = [anOverlay('1.9.1'), anOverlay('1.9.2'), anOverlay('1.9.3', { isDrawable: false })]
    expect(toggled([a], { ...a }, isSameOverlay)).toEqual([])
    expect(toggled([a], b, isSameOverlay)).toEqual([a, b])
    expect(allOrNone([], [a, b, text])).toEqual([a, b])
    expect(allOrNone([b], [a, b, text])).toEqual([])
  })

  it('tell the parts of one object from those of another whose UID begins alike', () => {
    const [short, long] = [SopInstanceUid.parse('1.9'), SopInstanceUid.parse('1.9.1')]
    expect(partNumberOf(partKey(short, 4), short)).toBe(4)
    expect(partNumberOf(partKey(long, 4), short)).toBe(null)
  })
})
