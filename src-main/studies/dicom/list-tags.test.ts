import { describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, type Attribute } from '../../../test/support/dicom-file.ts'
import { resourcePath } from '../../platform/resources.ts'
import { openDictionary } from './dictionary.ts'
import { listTags, readTagValue, type TagWish } from './list-tags.ts'
import { openPart10 } from './part10.ts'

const dictionary = openDictionary(resourcePath('dicom-dictionary.json'))

function dataSetsOf(more: readonly Attribute[]) {
  const bytes = aDicomFile(aSlice({ name: 'Keller^Johanna', more }))
  const { meta, dataSet } = openPart10({ bytes, totalBytes: bytes.length })
  return meta === null ? [dataSet] : [meta, dataSet]
}
const list = (more: readonly Attribute[], wish: Partial<TagWish> = {}) => listTags(dataSetsOf(more), dictionary, { search: '', frameNumber: null, isCovered: false, ...wish })

const code = (meaning: string): Attribute[] => [[0x00080100, 'SH', 'T-1'], [0x00080104, 'LO', meaning]]
const nested: Attribute[] = [[0x00081140, 'SQ', [[[0x00081155, 'UI', '1.5.6'], [0x0040a170, 'SQ', [code('Localizer')]]], [[0x00081155, 'UI', '1.5.7']]]]]
const frames: Attribute[] = [[0x00280008, 'IS', '3'], [0x52009230, 'SQ', [1, 2, 3].map((frame): Attribute[] => [[0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${frame}`]]]]])]]

describe('the list of attributes', () => {
  it('begins with the file meta group and gives each row a path of its own', () => {
    const { rows, total, isListCut } = list(nested)
    expect(rows[0]).toMatchObject({ tag: '(0002,0000)', path: '00020000' })
    expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length)
    expect(total).toBe(rows.filter(({ kind }) => kind !== 'item').length)
    expect(isListCut).toBe(false)
    expect(rows.find(({ value }) => value === 'Localizer')).toMatchObject({ path: '00081140.0.0040A170.0.00080104', depth: 4 })
  })

  it('names private attributes by who defined them', () => {
    const { rows } = list([[0x00290010, 'LO', 'SIEMENS CSA HEADER'], [0x00291010, 'OB', Uint8Array.of(1, 2, 3, 4)], [0x00310010, 'LO', 'ACME'], [0x00311001, 'LO', 'x']])
    const row = (tag: string) => rows.find((one) => one.tag === tag)
    expect(row('(0029,0010)')).toMatchObject({ keyword: 'PrivateCreator', value: 'SIEMENS CSA HEADER', isPrivate: true })
    expect(row('(0029,1010)')).toMatchObject({ keyword: 'CSAImageHeaderInfo', creator: 'SIEMENS CSA HEADER', kind: 'bytes', value: '4 bytes: 01 02 03 04' })
    expect(row('(0031,1001)')).toMatchObject({ keyword: '', creator: 'ACME', value: 'x' })
  })

  it('tells of many frames the one that is shown, or all', () => {
    const one = list(frames, { frameNumber: 2 })
    expect(one.frames).toBe(3)
    expect(one.rows.filter(({ kind }) => kind === 'item').map(({ keyword }) => keyword)).toEqual(['Frame 2', 'Item 1'])
    expect(one.rows.find(({ path }) => path === '52009230.1.00209113.0.00200032')?.value).toBe('0\\0\\2')
    expect(one.rows.find(({ tag }) => tag === '(5200,9230)')?.value).toBe('3 items, of frame 2 here')
    expect(list(frames).rows.filter(({ keyword }) => keyword.startsWith('Frame ')).length).toBe(3)
  })

  it('cuts long values and gives them whole when asked', () => {
    const comment = 'long '.repeat(300).trim()
    const more: Attribute[] = [[0x00204000, 'LT', comment], [0x00291001, 'OB', Uint8Array.from({ length: 100 }, (_, index) => index)]]
    const { rows } = list(more)
    expect(rows.find(({ tag }) => tag === '(0020,4000)')).toMatchObject({ isCut: true, value: `${comment.slice(0, 300)}…` })
    expect(rows.find(({ tag }) => tag === '(0029,1001)')?.value).toBe('100 bytes: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F …')
    const dataSets = dataSetsOf([...more, ...nested])
    expect(readTagValue(dataSets, dictionary, '00204000')).toEqual({ value: comment, bytes: 1500, isCut: false })
    expect(readTagValue(dataSets, dictionary, '00291001')?.value).toMatch(/62 63$/)
    expect(readTagValue(dataSets, dictionary, '00081140.0.0040A170.0.00080104')?.value).toBe('Localizer')
    for (const path of ['00081140', '00081140.5.00081155', '00091234', '00100010.0.00100010', '0002']) expect(readTagValue(dataSets, dictionary, path)).toBeNull()
  })
})

describe('a search in the attributes', () => {
  it.each([
    ['by tag', '0018,0050', 'SliceThickness'], ['by tag without signs', '00180050', 'SliceThickness'], ['by keyword', 'slicethick', 'SliceThickness'],
    ['by VR and value', 'PN keller', 'PatientName'], ['by value', 'johanna', 'PatientName']
  ])('finds %s', (_, search, keyword) => {
    const { rows, hits } = list([], { search })
    expect([hits, rows.map((row) => row.keyword)]).toEqual([1, [keyword]])
    expect(rows[0]?.isHit).toBe(true)
  })

  it('lists what holds a hit before it, and what lies within one after it', () => {
    const inside = list(nested, { search: 'localizer' })
    expect(inside.rows.map(({ keyword, isHit }) => [keyword, isHit])).toEqual([['ReferencedImageSequence', false], ['Item 1', false], ['PurposeOfReferenceCodeSequence', false], ['Item 1', false], ['CodeMeaning', true]])
    const whole = list(nested, { search: 'referencedimage' })
    expect(whole.hits).toBe(1)
    expect(whole.rows.map(({ keyword }) => keyword)).toEqual(['ReferencedImageSequence', 'Item 1', 'ReferencedSOPInstanceUID', 'PurposeOfReferenceCodeSequence', 'Item 1', 'CodeValue', 'CodeMeaning', 'Item 2', 'ReferencedSOPInstanceUID'])
  })

  it('looks through the end of a long value, which the list cuts', () => {
    expect(list([[0x00204000, 'LT', `${'x'.repeat(2000)} needle`]], { search: 'needle' }).hits).toBe(1)
  })

  it('finds beyond the rows that one list takes', () => {
    const items = Array.from({ length: 4000 }, (_, index): Attribute[] => [[0x00080104, 'LO', `meaning ${index}`], [0x00080100, 'SH', 'x']])
    const more: Attribute[] = [[0x0040a170, 'SQ', items]]
    expect(list(more)).toMatchObject({ isListCut: true, rows: { length: 5000 } })
    expect(list(more, { search: 'meaning 3999' })).toMatchObject({ isListCut: false, hits: 1, rows: [{ kind: 'sequence' }, { keyword: 'Item 4000' }, { value: 'meaning 3999' }] })
  })
})

describe('covered patient data', () => {
  const more: Attribute[] = [
    [0x00101002, 'SQ', [[[0x00100020, 'LO', 'OTHER-77'], [0x00100022, 'CS', 'TEXT']]]], [0x00310010, 'LO', 'Johanna Keller'], [0x00311001, 'LO', 'born 1961'],
    [0x0009100a, 'UN', Buffer.from('secret')], [0x00080104, 'LO', 'plain'], [0x00181012, 'DA', '20200101'], [0x00207777, 'LO', 'unheard of']
  ]
  const { rows } = list(more, { isCovered: true })

  it('are not in the answer at all', () => {
    const told = JSON.stringify(rows)
    for (const secret of ['Keller', 'Johanna', 'OTHER-77', 'TEXT', '1961', 'secret', 'P-1', '19700203', '20260102', '20200101', 'unheard']) expect(told).not.toContain(secret)
    expect(told).toContain('plain')
  })

  it('are also words over images, names of structures, trials and whole documents', () => {
    const objects: Attribute[] = [
      [0x00120040, 'LO', 'TRIAL-SUBJECT'], [0x00420010, 'ST', 'Letter to Keller'], [0x00420011, 'OB', Buffer.from('%PDF-1.4 Johanna Keller')],
      [0x00700001, 'SQ', [[[0x00700008, 'SQ', [[[0x00700006, 'ST', 'Keller, left']]]]]]], [0x30060020, 'SQ', [[[0x30060026, 'LO', 'Keller GTV'], [0x30060028, 'ST', 'Johanna, before']]]],
      [0x30060080, 'SQ', [[[0x30060085, 'SH', 'Keller']]]], [0x00081084, 'SQ', [[[0x00080104, 'LO', 'Stone of Keller']]]]
    ]
    const told = JSON.stringify(list(objects, { isCovered: true }).rows)
    for (const secret of ['TRIAL-SUBJECT', 'Keller', 'Johanna', Buffer.from('Keller').toString('hex')]) expect(told).not.toContain(secret)
    for (const search of ['keller', 'johanna', 'trial-subject']) expect(list(objects, { search, isCovered: true }).hits).toBe(0)
  })

  it('are not found', () => {
    for (const search of ['keller', 'johanna', 'OTHER-77', 'secret', '1961', 'unheard']) expect(list(more, { search, isCovered: true }).hits).toBe(0)
    expect(list(more, { search: 'patientname', isCovered: true }).hits).toBe(1)
  })

  it('keep their names and places, and what identifies nobody stays', () => {
    expect(rows.find(({ tag }) => tag === '(0010,0010)')).toMatchObject({ keyword: 'PatientName', value: '', isPatientData: true })
    expect(rows.find(({ tag }) => tag === '(0018,0050)')?.value).toBe('1')
  })
})
