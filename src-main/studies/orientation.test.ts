import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import { orientationOf } from './describe.ts'

/** Row and column directions of an axial slice turned about the patient's left-right axis. */
const tipped = (degrees: number) => [1, 0, 0, 0, Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)]

describe('how slices lie', () => {
  it('is the nearest patient plane, whichever way round they run', () => {
    expect([[1, 0, 0, 0, 1, 0], [-1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, -1], [1, 0, 0, 0, 0, -1]].map((cosines) => orientationOf(cosines))).toEqual(['axial', 'axial', 'sagittal', 'coronal'])
  })
  it('stays axial for an angled brain and is neither where it lies between', () => {
    expect([20, 35, 45, 55, 70].map((degrees) => orientationOf(tipped(degrees)))).toEqual(['axial', 'axial', 'other', 'coronal', 'coronal'])
  })
  it('is not known without directions, or with ones that mean nothing', () => { expect([orientationOf(null), orientationOf([1, 0, 0]), orientationOf([0, 0, 0, 0, 0, 0])]).toEqual([null, null, 'other']) })
})

describe('the row of a series', () => {
  let room: StudiesRoom
  beforeEach(async () => { room = await aStudiesRoom() })
  afterEach(() => room.stop())

  it('says how it lies and whether it was made to plan the others', async () => {
    const folder = room.write({
      'in/a': aDicomFile(aSlice({ study: '1.5', series: '1.5.1', orientation: [0, 1, 0, 0, 0, -1] })),
      'in/b': aDicomFile(aSlice({ study: '1.5', series: '1.5.2', more: [[0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\LOCALIZER']] })),
      'in/c': aDicomFile(aSlice({ study: '1.5', series: '1.5.3', positionMm: null }))
    })
    await room.studies.importPaths([folder], { actor: somebody })
    expect(room.studies.detail('1.5').series.map(({ seriesUid, orientation, isLocalizer }) => [seriesUid, orientation, isLocalizer])).toEqual([
      ['1.5.1', 'sagittal', false], ['1.5.2', 'axial', true], ['1.5.3', null, false]
    ])
  })
})
