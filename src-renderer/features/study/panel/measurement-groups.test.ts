import { describe, expect, it } from 'vitest'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { Measurement } from '../../../viewer/index.ts'
import { groupMeasurements, measurementTable } from './measurement-groups.ts'

const aMeasurement = (changes: Partial<Measurement> & { series?: string }): Measurement => ({
  id: 'a', tool: 'length', studyUid: StudyUid.parse('1'), seriesUid: SeriesUid.parse(changes.series ?? '1.1'), sopInstanceUid: SopInstanceUid.parse('1.1.1'), frameNumber: 1,
  pointsMm: [[0, 0, 0], [3, 4, 0]], label: '', values: [{ name: 'length', value: 5, unit: 'mm' }], text: '5 mm', basis: 'body', basisText: 'body', note: null, along: null, isInPatient: true,
  revision: 1, ...changes
})
const series = [{ seriesUid: SeriesUid.parse('1.2'), seriesNumber: 3, modality: 'CT', description: 'Thin' }, { seriesUid: SeriesUid.parse('1.1'), seriesNumber: null, modality: 'DX', description: '' }]

describe('the list of measurements', () => {
  it('groups by series in the order of the study, prior studies last, and loses none', () => {
    const groups = groupMeasurements([aMeasurement({ id: 'a' }), aMeasurement({ id: 'b', series: '1.9' }), aMeasurement({ id: 'c', series: '1.2' }), aMeasurement({ id: 'd' })], series)
    expect(groups.map(({ title, measurements }) => [title, measurements.map(({ id }) => id).join('')])).toEqual([['Series 3 · CT · Thin', 'c'], ['Series · DX', 'ad'], ['Series of another study', 'b']])
  })

  it('is copied as a plain table, a value a row, with units and basis', () => {
    const region = aMeasurement({
      tool: 'rectangle', label: 'left\tkidney', basisText: 'at the detector, magnification unknown',
      values: [{ name: 'mean', value: 41.26, unit: 'HU' }, { name: 'area', value: null, unit: 'mm²' }, { name: 'pixels', value: 12, unit: '' }]
    })
    const text = aMeasurement({ tool: 'text', label: 'see prior', values: [] })
    expect(measurementTable(groupMeasurements([region, text], series)).split('\n')).toEqual([
      'Series\tTool\tLabel\tValue\tBasis',
      'Series · DX\tRectangle\tleft kidney\tmean 41.3 HU\tat the detector, magnification unknown',
      'Series · DX\tRectangle\tleft kidney\tarea no value mm²\tat the detector, magnification unknown',
      'Series · DX\tRectangle\tleft kidney\tpixels 12\tat the detector, magnification unknown',
      'Series · DX\tText\tsee prior\t\t'
    ])
  })
})
