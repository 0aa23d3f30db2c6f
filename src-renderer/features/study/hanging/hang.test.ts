import { describe, expect, it } from 'vitest'
import { RowId, StudyUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../../src-shared/studies.ts'
import { HangingProtocolWrite, type HangingProtocol, type PaneRule, type PriorStudy, type SeriesRule } from '../../../../src-shared/viewing.ts'
import { hang, hangBy, needsPrior, priorToHang, protocolFor, sideBySide, type Hanging } from './hang.ts'
import { protocolOf, type PaneNow, type ScreenNow } from './protocol-of.ts'
import { kindOf } from './study-kind.ts'
import { aStudy } from './test-studies.ts'

const aRule = (series: Partial<SeriesRule> | null, patch: Partial<PaneRule> = {}): PaneRule => ({
  study: 'current', series: series === null ? null : { modality: 'CT', description: '', orientation: 'axial', order: 0, ...series }, mode: 'stack', slab: null, window: null, isInverted: false, ...patch
})
const aProtocol = (panes: readonly PaneRule[], patch: Partial<HangingProtocol> = {}): HangingProtocol => ({
  id: RowId.parse('0190a000-0000-7000-8000-000000000001'), name: 'Mine', modality: 'CT', bodyPart: 'ABDOMEN', rows: 1, columns: panes.length, panes: [...panes], isLinked: false, revision: 1, updatedAt: '2026-01-01T00:00:00.000Z', ...patch
})
/** Each pane as the end of its series' uid and its mode, or as its reason. */
const seen = ({ panes }: Hanging) => panes.map((pane) => (pane.kind === 'empty' ? pane.reason : `${pane.seriesUid}${pane.mode === 'stack' ? '' : ` ${pane.mode}`}`))
const shape = ({ rows, columns }: Hanging) => `${rows}x${columns}`
const hung = (detail: StudyDetail, panes: readonly PaneRule[], prior: StudyDetail | null = null) => seen(hangBy(aProtocol(panes), detail, prior))
const usual = (detail: StudyDetail) => hang({ detail, prior: null, protocols: [] })

describe('the protocol of a study', () => {
  const abdomen = aProtocol([aRule({})])
  const anyPart = aProtocol([aRule({})], { bodyPart: '', name: 'Any' })
  const chest = aProtocol([aRule({})], { bodyPart: 'CHEST' })
  it('is the one for its body part, else the one for any, and never that of another body part or modality', () => {
    expect(protocolFor([anyPart, chest, abdomen], { modality: 'CT', bodyPart: 'ABDOMEN' })).toBe(abdomen)
    expect(protocolFor([chest, anyPart], { modality: 'CT', bodyPart: 'ABDOMEN' })).toBe(anyPart)
    expect(protocolFor([chest], { modality: 'CT', bodyPart: 'ABDOMEN' })).toBeNull()
    expect(protocolFor([abdomen, anyPart], { modality: 'MR', bodyPart: 'ABDOMEN' })).toBeNull()
    expect(protocolFor([chest, anyPart], { modality: 'CT', bodyPart: '' })).toBe(anyPart)
  })
  it('comes back by itself, and gives way to the usual one where there is none', () => {
    const detail = aStudy([{ description: 'Thick' }, { description: 'Thin' }])
    const mine = aProtocol([aRule({ description: 'Thin' })])
    expect(hang({ detail, prior: null, protocols: [mine] })).toMatchObject({ protocolId: mine.id, name: 'Mine', panes: [{ seriesUid: '1.7.2' }] })
    expect(hang({ detail, prior: null, protocols: [chest] })).toMatchObject({ protocolId: null, panes: [{ seriesUid: '1.7.1' }] })
  })
})

describe('what a study is', () => {
  it('is told by its images, not by the documents that came with them', () => {
    expect(kindOf(aStudy([{ description: 'Dose', modality: 'SR', isViewable: false }, { description: 'Axial', modality: 'CT' }]))).toEqual({ modality: 'CT', bodyPart: 'ABDOMEN' })
    expect(kindOf(aStudy([{ description: 'Report', modality: 'SC' }, { description: 'Report', modality: 'SC' }, { description: 'Axial', modality: 'MR' }])).modality).toBe('MR')
    expect(kindOf(aStudy([{ description: 'CT', modality: 'CT' }, { description: 'CT lung', modality: 'CT' }, { description: 'PET', modality: 'PT' }])).modality).toBe('PT')
  })
  it('takes the body part of its series where the study has none, in upper case', () => {
    expect(kindOf(aStudy([{ description: 'Axial', bodyPart: 'chest ' }], { bodyPart: '' }))).toEqual({ modality: 'CT', bodyPart: 'CHEST' })
    expect(kindOf(aStudy([{ description: 'Axial' }], { bodyPart: '' })).bodyPart).toBe('')
  })
})

describe('a series is found again', () => {
  it('by its name, whatever its number and place in the study', () => {
    const detail = aStudy([{ description: 'Scout', isLocalizer: true }, { description: 'ABDOMEN BONE 1.0' }, { description: 'ABDOMEN PORTAL VENOUS 2.5' }])
    expect(hung(detail, [aRule({ description: 'Abdomen, portal venous 2.0' }), aRule({ description: 'ABDOMEN BONE 1.0' })])).toEqual(['1.7.3', '1.7.2'])
  })
  it('but never one of another phase, weighting, kernel or side, however alike the names', () => {
    for (const [wanted, there] of [['AX T1 POST', 'AX T1 PRE'], ['AX T2 FS', 'AX T1 FS'], ['THORAX LUNG 1.0', 'THORAX SOFT 1.0'], ['ABDOMEN ARTERIAL 2.0', 'ABDOMEN PORTAL 2.0'], ['KNEE LEFT AX', 'KNEE RIGHT AX']] as const) {
      expect(hung(aStudy([{ description: there }]), [aRule({ description: wanted })])).toEqual([`No CT series like “${wanted}” is in this study.`])
    }
  })
  it('by orientation where the images are shown as they lie; planes may be cut from any', () => {
    const detail = aStudy([{ description: 'T2 TSE', orientation: 'sagittal' }, { description: 'T2 TSE', orientation: 'axial' }], {})
    expect(hung(detail, [aRule({ description: 'T2 TSE', orientation: 'axial' }), aRule({ description: 'T2 TSE', orientation: 'sagittal' })])).toEqual(['1.7.2', '1.7.1'])
    const sagittal = aStudy([{ description: 'T2 TSE', orientation: 'sagittal' }])
    expect(hung(sagittal, [aRule({ description: 'T2 TSE', orientation: 'axial' })])).toEqual(['No CT series like “T2 TSE” is in this study.'])
    expect(hung(sagittal, [aRule({ description: 'T2 TSE', orientation: 'axial' }, { mode: 'coronal' })])).toEqual(['1.7.1 coronal'])
  })
  it('by its order among equals', () => {
    const detail = aStudy([{ description: 'DWI' }, { description: 'DWI' }, { description: 'ADC' }])
    expect(hung(detail, [aRule({ description: 'DWI', order: 1 }), aRule({ description: 'DWI', order: 0 })])).toEqual(['1.7.2', '1.7.1'])
    expect(hung(detail, [aRule({ description: 'DWI', order: 1 })])).toEqual(['1.7.2'])
  })
  it('twice where the protocol shows it twice, and once where it asks for two', () => {
    const detail = aStudy([{ description: 'Axial 1.0' }])
    expect(hung(detail, [aRule({ description: 'Axial 1.0' }), aRule({ description: 'Axial 1.0' }, { mode: 'coronal' })])).toEqual(['1.7.1', '1.7.1 coronal'])
    expect(hung(detail, [aRule({ description: 'Axial 1.0' }), aRule({ description: 'Axial thin 1.0' })])).toEqual(['1.7.1', 'No CT series like “Axial thin 1.0” is in this study.'])
  })
  it('also where neither study names its series', () => {
    expect(hung(aStudy([{ description: '' }, { description: '' }]), [aRule({ order: 0 }), aRule({ order: 1 }), aRule({ order: 2 })])).toEqual(['1.7.1', '1.7.2', 'No further CT series is in this study.'])
  })
  it('and is never of another modality, a document, or a localizer that was not asked for', () => {
    expect(hung(aStudy([{ description: 'Axial', modality: 'MR' }]), [aRule({ description: 'Axial' })])).toEqual(['There is no CT series in this study.'])
    expect(hung(aStudy([{ description: 'Axial', isViewable: false }]), [aRule({ description: 'Axial' })])).toEqual(['There is no CT series in this study.'])
    expect(hung(aStudy([{ description: 'Axial', isLocalizer: true }]), [aRule({ description: 'Axial' })])).toEqual(['There are only localizers in this study; they are not hung unasked.'])
    expect(hung(aStudy([{ description: 'Topogram 0.6' }, { description: 'Axial' }]), [aRule({ description: 'Topogram 0.6' })])).toEqual(['1.7.1'])
  })
})

describe('an earlier study', () => {
  const detail = aStudy([{ description: 'Axial 1.0' }])
  const prior = aStudy([{ description: 'Axial 2.0' }, { description: 'Coronal 2.0', orientation: 'coronal' }], { uid: '1.6', studyDate: '2024-01-01' })
  const sideBySide = [aRule({ description: 'Axial 1.0' }), aRule({ description: 'Axial 1.0' }, { study: 'prior' })]
  it('hangs beside the current one where the protocol says so', () => {
    expect(hung(detail, sideBySide, prior)).toEqual(['1.7.1', '1.6.1'])
    expect(hangBy(aProtocol(sideBySide, { isLinked: true }), detail, prior)).toMatchObject({ isLinked: true, panes: [{ studyUid: '1.7' }, { studyUid: '1.6' }] })
  })
  it('that is missing, or lacks the series, leaves its pane empty with the reason', () => {
    expect(hung(detail, sideBySide)).toEqual(['1.7.1', 'There is no earlier study of this patient here.'])
    expect(hung(detail, sideBySide, aStudy([{ description: 'Axial', modality: 'MR' }], { uid: '1.6' }))).toEqual(['1.7.1', 'There is no CT series in the earlier study.'])
  })
  it('of anybody else never hangs, even where it is handed over', () => {
    const others = [{ patientId: 'P-2' }, { birthDate: '1971-02-03' }, { birthDate: null }, { patientId: '' }]
    for (const other of others) expect(hung(detail, sideBySide, { ...prior, study: { ...prior.study, ...other } })).toEqual(['1.7.1', 'The other study is not surely of this patient, so nothing of it is hung.'])
    const nameless = aStudy([{ description: 'Axial 1.0' }], { patientId: ' ' })
    expect(hung(nameless, sideBySide, { ...prior, study: { ...prior.study, patientId: ' ' } })[1]).toMatch(/not surely/)
  })
  it('is fetched only for a protocol that shows one', () => {
    expect([needsPrior(aProtocol(sideBySide)), needsPrior(aProtocol([aRule({}), aRule(null, { study: 'prior' })])), needsPrior(null)]).toEqual([true, false, false])
  })
  it('to hang is the newest before it, of its kind first, and none under another name', () => {
    const one = (uid: string, patch: Partial<PriorStudy> = {}): PriorStudy =>
      ({ studyUid: StudyUid.parse(uid), studyDate: '2025-01-01', studyTime: null, description: '', modalities: ['CT'], bodyPart: 'ABDOMEN', isEarlier: true, hasOtherName: false, ...patch })
    const kind = { modality: 'CT', bodyPart: 'ABDOMEN' }
    expect(priorToHang([one('1.1', { isEarlier: false }), one('1.2', { hasOtherName: true }), one('1.3', { modalities: ['MR'] }), one('1.4', { bodyPart: 'CHEST' }), one('1.5'), one('1.6')], kind)?.studyUid).toBe('1.5')
    expect(priorToHang([one('1.3', { modalities: ['MR'] }), one('1.4', { bodyPart: 'CHEST' })], kind)?.studyUid).toBe('1.4')
    expect(priorToHang([one('1.2', { hasOtherName: true })], kind)).toBeNull()
  })
})

describe('a study that is chosen to compare with', () => {
  const detail = aStudy([{ description: 'Axial soft 2.0' }, { description: 'Axial lung 1.0' }])
  const prior = (names: readonly string[], patch: Partial<StudyDetail['study']> = {}) => aStudy(names.map((description) => ({ description })), { uid: '1.6', ...patch })
  const compared = (other: StudyDetail, at: number | null) => sideBySide(detail, other, at === null ? null : detail.series[at]?.seriesUid ?? null)
  it('stands beside the open series with the one that is like it, linked', () => {
    expect([seen(compared(prior(['Scout', 'Axial soft 5.0', 'Axial lung 5.0']), 1)), shape(compared(prior(['Axial soft 5.0']), 0)), compared(prior(['Axial']), 0).isLinked]).toEqual([['1.7.2', '1.6.3'], '1x2', true])
  })
  it('shows its first series where none is alike, and the main one beside it where none is open', () => {
    expect(seen(compared(prior(['Topogram', 'Perfusion']), 1))).toEqual(['1.7.2', '1.6.2'])
    expect(seen(compared(prior(['Axial soft 5.0']), null))).toEqual(['1.7.1', '1.6.1'])
  })
  it('of anybody else is not shown', () => {
    expect(seen(compared(prior(['Axial soft 2.0'], { birthDate: '1950-01-01' }), 0))).toEqual(['1.7.1', 'The other study is not surely of this patient, so nothing of it is hung.'])
  })
})

describe('the usual way', () => {
  it('of a CT is one pane with what was analysed, else its first series that is no localizer', () => {
    const detail = aStudy([{ description: 'Scout', isLocalizer: true }, { description: 'Patient Protocol', modality: 'CT' }, { description: 'Axial' }, { description: 'Lung' }])
    expect([shape(usual(detail)), seen(usual(detail))]).toEqual(['1x1', ['1.7.3']])
    expect(seen(hang({ detail, prior: null, protocols: [], preferred: detail.series[3]?.seriesUid ?? null }))).toEqual(['1.7.4'])
    expect(seen(usual(aStudy([{ description: 'Scout', isLocalizer: true }])))).toEqual(['1.7.1'])
  })
  it('of a radiograph is frontal beside lateral, whichever came first; a single one fills the screen', () => {
    expect(seen(usual(aStudy([{ description: 'Chest LAT', modality: 'DX', orientation: null }, { description: 'Chest PA', modality: 'DX', orientation: null }])))).toEqual(['1.7.2', '1.7.1'])
    expect(seen(usual(aStudy([{ description: 'Hand', modality: 'CR' }, { description: 'Hand 2', modality: 'CR' }])))).toEqual(['1.7.1', '1.7.2'])
    expect(shape(usual(aStudy([{ description: 'Chest PA', modality: 'CR' }])))).toBe('1x1')
  })
  it('of a mammogram is CC above MLO with the right breast on the left, and a missing view is said', () => {
    const mammo = (names: readonly string[]) => usual(aStudy(names.map((description) => ({ description, modality: 'MG', orientation: null }))))
    expect([shape(mammo(['LMLO', 'RCC', 'R MLO', 'L CC'])), seen(mammo(['LMLO', 'RCC', 'R MLO', 'L CC']))]).toEqual(['2x2', ['1.7.2', '1.7.4', '1.7.3', '1.7.1']])
    expect(seen(mammo(['LMLO', 'RCC', 'LCC']))).toEqual(['1.7.2', '1.7.3', 'No series is named as the right MLO view.', '1.7.1'])
    expect(seen(mammo(['L CC', 'R CC']))).toEqual(['1.7.2', '1.7.1'])
    expect(seen(mammo(['a', 'b', 'c', 'd', 'e']))).toEqual(['1.7.1', '1.7.2', '1.7.3', '1.7.4'])
  })
  it('of an MR is four different series; repeats and localizers wait in the strip', () => {
    const mr = (names: readonly string[]) => usual(aStudy(names.map((description) => ({ description, modality: 'MR' }))))
    expect([shape(mr(['LOC', 'T1', 'T2', 'T1', 'FLAIR', 'DWI', 'ADC'])), seen(mr(['LOC', 'T1', 'T2', 'T1', 'FLAIR', 'DWI', 'ADC']))]).toEqual(['2x2', ['1.7.2', '1.7.3', '1.7.5', '1.7.6']])
    expect(seen(mr(['T1', 'T2', 'FLAIR']))).toEqual(['1.7.1', '1.7.2', '1.7.3', 'There are no more series in this study.'])
    expect([shape(mr(['T1', 'T2'])), shape(mr(['T1']))]).toEqual(['1x2', '1x1'])
  })
  it('of a PET is CT, PET and both laid over each other, where they share a frame of reference', () => {
    const pet = (frame: string | null) => usual(aStudy([{ description: 'CT', modality: 'CT', frameOfReferenceUid: '1.9' }, { description: 'NAC', modality: 'PT', frameOfReferenceUid: frame }, { description: 'PET AC', modality: 'PT', frameOfReferenceUid: frame }]))
    expect(seen(pet('1.9'))).toEqual(['1.7.1', '1.7.1 fusion', '1.7.3'])
    expect([seen(pet('1.8')), seen(pet(null))]).toEqual([['1.7.1', '1.7.3'], ['1.7.1', '1.7.3']])
  })
  it('of ultrasound and of everything else is one pane; without images it says so', () => {
    expect(shape(usual(aStudy([{ description: 'Kidney', modality: 'US' }, { description: 'Liver', modality: 'US' }])))).toBe('1x1')
    expect(seen(usual(aStudy([{ description: 'Report', modality: 'SR', isViewable: false }])))).toEqual(['This study has no images.'])
  })
})

describe('the screen that is saved', () => {
  const detail = aStudy([{ description: 'Scout', isLocalizer: true }, { description: 'Axial 1.0' }, { description: 'DWI' }, { description: 'DWI' }, { description: 'T2', modality: 'MR', orientation: 'sagittal' }])
  const prior = aStudy([{ description: 'Axial 3.0' }], { uid: '1.6' })
  const pane = (series: string, patch: Partial<PaneNow> = {}): PaneNow => {
    const home = [detail, prior].find((one) => one.series.some(({ seriesUid }) => seriesUid === series))
    return { studyUid: home?.study.studyUid ?? null, seriesUid: home?.series.find(({ seriesUid }) => seriesUid === series)?.seriesUid ?? null, mode: 'stack', slab: null, window: { center: 40, width: 400 }, isInverted: false, ...patch }
  }
  const nothing: PaneNow = { studyUid: null, seriesUid: null, mode: 'stack', slab: null, window: null, isInverted: false }
  const screen: ScreenNow = { rows: 2, columns: 3, isLinked: true, panes: [pane('1.7.2', { isInverted: true }), pane('1.7.2', { mode: 'coronal', slab: { mode: 'mip', thicknessMm: 12 } }), pane('1.7.4'), pane('1.7.5'), pane('1.6.1'), nothing] }
  const saveAs = { id: '0190a000-0000-7000-8000-000000000002', name: 'Mine', modality: 'CT', bodyPart: 'ABDOMEN', revision: 0 }
  const saved = HangingProtocolWrite.parse(protocolOf(screen, detail, [prior], saveAs))

  it('is what the edge takes, and hangs the same study as it stood', () => {
    const again = hangBy({ ...saved, updatedAt: '2026-01-01T00:00:00.000Z' }, detail, prior)
    expect(seen(again)).toEqual(['1.7.2', '1.7.2 coronal', '1.7.4', '1.7.5', '1.6.1', null])
    expect(again).toMatchObject({ rows: 2, columns: 3, isLinked: true })
    expect(again.panes.slice(0, 2)).toMatchObject([{ isInverted: true, window: { center: 40, width: 400 } }, { slab: { mode: 'mip', thicknessMm: 12 } }])
  })
  it('hangs the next patient’s study alike, with nothing of the first', () => {
    const next = aStudy([{ description: 'DWI' }, { description: 'Axial 1.25' }, { description: 'DWI' }], { uid: '1.9', patientId: 'P-9' })
    expect(seen(hangBy({ ...saved, updatedAt: '2026-01-01T00:00:00.000Z' }, next, null))).toEqual(
      ['1.9.2', '1.9.2 coronal', '1.9.3', 'There is no MR series in this study.', 'There is no earlier study of this patient here.', null])
  })
  it('holds no uid of anybody, and windows only of Hounsfield units', () => {
    expect(JSON.stringify(saved)).not.toMatch(/1\.[67]\.\d/)
    expect(saved.panes.map(({ window }) => window?.width ?? null)).toEqual([400, 400, 400, null, 400, null])
  })
  it('leaves a pane of a series or study that is not known empty', () => {
    const lost = protocolOf({ ...screen, panes: [pane('1.6.1'), pane('1.7.2', { seriesUid: null })] }, detail, [], saveAs)
    expect(lost.panes.map(({ series }) => series)).toEqual([null, null, null, null, null, null])
  })
})
