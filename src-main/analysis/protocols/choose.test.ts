import { describe, expect, it } from 'vitest'
import { SeriesUid } from '../../../src-shared/ids.ts'
import { chooseProtocol, unusableBecause } from './choose.ts'
import type { SeriesFacts } from './types.ts'

function aSeries(changes: Partial<SeriesFacts> = {}, uid = '1.2.3'): SeriesFacts {
  return {
    seriesUid: SeriesUid.parse(uid), modality: 'CT', bodyPart: 'ABDOMEN', description: 'Abdomen 3.0 native', studyDescription: 'CT Abdomen', imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    contrastAgent: '', kernel: 'Br40', rows: 512, columns: 512, slices: 120, orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [0.7, 0.7], sliceSpacingMm: 3, sliceThicknessMm: 3,
    warnings: [], ...changes
  }
}

describe('choosing a protocol from the series', () => {
  it('takes the stone protocol for CT of the abdomen without contrast', () => {
    expect(chooseProtocol([aSeries()])).toEqual({ seriesUid: '1.2.3', protocol: 'urinary-stones', reason: 'CT of abdomen or pelvis without contrast: the urinary stone protocol applies.' })
  })

  it.each([
    ['a head', { bodyPart: 'HEAD', description: 'STD BRAIN 5MM', studyDescription: 'CT Head' }, 'another region'],
    ['a chest', { bodyPart: 'CHEST', description: 'Thorax', studyDescription: 'CT Chest' }, 'another region'],
    ['an unnamed region', { bodyPart: '', description: 'Body 3.0', studyDescription: '' }, 'does not say'],
    ['contrast in the header', { contrastAgent: 'APPLIED', description: 'Abdomen 3.0' }, 'Contrast was given'],
    ['a portal venous phase', { description: 'Abdomen portal venous' }, 'Contrast was given'],
    ['a short stack', { slices: 12 }, 'less than 6 cm']
  ])('makes general measurements for %s', (_name, changes, reason) => {
    const chosen = chooseProtocol([aSeries(changes)])
    expect(chosen.protocol).toBe('general-ct')
    expect(chosen.reason).toContain(reason)
  })

  it.each([
    ['a localizer', { imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] }], ['a scout by name', { description: 'Topogram 0.6' }],
    ['a secondary capture', { imageType: ['DERIVED', 'SECONDARY'] }], ['a reformat', { imageType: ['DERIVED', 'SECONDARY', 'AXIAL', 'MPR'] }],
    ['ultrasound', { modality: 'US' }], ['three slices', { slices: 3 }], ['no spacing', { pixelSpacingMm: null }], ['mixed orientations', { warnings: ['mixed-orientation'] }]
  ])('never measures %s', (_name, changes) => {
    expect(unusableBecause(aSeries(changes))).not.toBeNull()
    expect(chooseProtocol([aSeries(changes)])).toMatchObject({ seriesUid: null })
  })

  it('prefers thin axial slices without contrast over the rest of the study', () => {
    const chosen = chooseProtocol([
      aSeries({ imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] }, '1.1'), aSeries({ description: 'Abdomen arterial', contrastAgent: 'X', slices: 400, sliceSpacingMm: 1 }, '1.2'),
      aSeries({ sliceSpacingMm: 5, slices: 72 }, '1.3'), aSeries({ sliceSpacingMm: 2, slices: 180 }, '1.4'), aSeries({ orientation: [1, 0, 0, 0, 0, -1], sliceSpacingMm: 2, slices: 180 }, '1.5'),
      aSeries({ sliceSpacingMm: 2, slices: 180, kernel: 'Br69' }, '1.6')
    ])
    expect(chosen).toMatchObject({ seriesUid: '1.4', protocol: 'urinary-stones' })
    expect(chosen.reason).toContain('among 5 measurable series')
  })

  it('obeys the clinician who names protocol or series, and says so', () => {
    const study = [aSeries({}, '1.1'), aSeries({ bodyPart: 'HEAD', description: 'Brain', studyDescription: 'Head' }, '1.2')]
    expect(chooseProtocol(study, { protocol: 'general-ct' })).toMatchObject({ seriesUid: '1.1', protocol: 'general-ct' })
    expect(chooseProtocol(study, { seriesUid: SeriesUid.parse('1.2'), protocol: 'urinary-stones' })).toMatchObject({ seriesUid: '1.2', protocol: 'urinary-stones' })
    expect(chooseProtocol(study, { protocol: 'general-ct' }).reason).toContain('chosen by hand')
  })

  it('says why a study has nothing to measure', () => {
    expect(chooseProtocol([]).reason).toBe('The study has no series.')
    expect(chooseProtocol([aSeries({ modality: 'MR' }), aSeries({ slices: 1 })]).reason).toBe('No series can be measured: it is not CT; it has fewer than four slices.')
  })
})
