import { readdirSync, readFileSync } from 'node:fs'
import dcmjs from 'dcmjs'
import dicomParser from 'dicom-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDicomFile } from '../../../test/support/dicom-file.ts'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import { tidyName } from './character-set.ts'
import { itemsOf, type DataSet } from './data-set.ts'
import { readCharacterSets } from './header.ts'
import { openPart10 } from './part10.ts'
import { asciiString, bytesOf, text, trimPadding } from './values.ts'
import { copyModules } from './write-copied.ts'
import { writeDataSet, writeObject } from './write.ts'
import { decimalText, isUsable, type DicomElement, type DicomItem } from './write-values.ts'

const numberReaders: Readonly<Record<string, readonly [width: number, read: (bytes: Buffer, at: number) => number]>> = {
  US: [2, (bytes, at) => bytes.readUInt16LE(at)], SS: [2, (bytes, at) => bytes.readInt16LE(at)], UL: [4, (bytes, at) => bytes.readUInt32LE(at)], SL: [4, (bytes, at) => bytes.readInt32LE(at)],
  FL: [4, (bytes, at) => bytes.readFloatLE(at)], FD: [8, (bytes, at) => bytes.readDoubleLE(at)], AT: [4, (bytes, at) => bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)]
}

/** What our own reader finds, in the form that is written: texts and numbers as lists, bytes as hex. */
function readBack(dataSet: DataSet): unknown[] {
  return [...dataSet.elements.values()].map((element) => {
    const { tag, vr } = element
    if (vr === 'SQ') return [tag, vr, itemsOf(dataSet, tag).map(readBack)]
    const bytes = bytesOf(dataSet, element)
    const reader = numberReaders[vr]
    if (reader !== undefined) return [tag, vr, Array.from({ length: bytes.length / reader[0] }, (_, index) => reader[1](bytes, index * reader[0]))]
    if (vr === 'OB' || vr === 'OW') return [tag, vr, bytes.toString('hex')]
    const text = bytes.toString('utf8')
    return [tag, vr, ['LT', 'ST', 'UT'].includes(vr) ? text.replace(/ $/, '') : trimPadding(text)]
  })
}

/** What should be found. */
function expected(item: DicomItem): unknown[] {
  return item.toSorted((a, b) => a[0] - b[0]).map((element) => {
    const [tag, vr, value] = element
    if (element[1] === 'SQ') return [tag, vr, element[2].map(expected)]
    if (value instanceof Uint8Array) return [tag, vr, Buffer.from(value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(0)])).toString('hex')]
    if (vr in numberReaders) return [tag, vr, (Array.isArray(value) ? value as number[] : [value as number]).map((number) => (vr === 'FL' ? Math.fround(number) : number))]
    const text = Array.isArray(value) ? value.join('\\') : value as string
    return [tag, vr, ['LT', 'ST', 'UT'].includes(vr) ? text.replace(/ $/, '') : trimPadding(text)]
  })
}

const isTidy = (text: string) => text === trimPadding(text)
const texts = (vr: Parameters<typeof isUsable>[0], text: fc.Arbitrary<string>) => text.filter((value) => isUsable(vr, value) && isTidy(value) && !value.includes('\ufffd'))
const anyText = fc.string({ unit: 'grapheme', maxLength: 60 })
const uid = fc.array(fc.nat(99_999), { minLength: 1, maxLength: 9 }).map((parts) => parts.join('.'))
const aValue: fc.Arbitrary<readonly [DicomElement[1], unknown]> = fc.oneof(
  fc.tuple(fc.constant('LO' as const), fc.array(texts('LO', anyText), { maxLength: 3 })), fc.tuple(fc.constant('UT' as const), texts('UT', fc.string({ unit: 'grapheme', maxLength: 300 }))),
  fc.tuple(fc.constant('PN' as const), texts('PN', anyText)), fc.tuple(fc.constant('UI' as const), fc.array(uid, { maxLength: 3 })),
  fc.tuple(fc.constant('DS' as const), fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }).map(decimalText), { maxLength: 4 })),
  fc.tuple(fc.constant('US' as const), fc.array(fc.nat(65_535))), fc.tuple(fc.constant('SS' as const), fc.array(fc.integer({ min: -32_768, max: 32_767 }))),
  fc.tuple(fc.constant('UL' as const), fc.array(fc.nat())), fc.tuple(fc.constant('FL' as const), fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }))),
  fc.tuple(fc.constant('FD' as const), fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }))), fc.tuple(fc.constant('AT' as const), fc.array(fc.nat(0x7fffffff))),
  fc.tuple(fc.constant('OB' as const), fc.uint8Array({ maxLength: 50 }))
)
/** Elements of private and of unknown standard groups, above the meta information and below Pixel Data. */
const { item: anItem } = fc.letrec<{ item: DicomItem, element: DicomElement }>((tie) => ({
  element: fc.tuple(fc.integer({ min: 0x00090010, max: 0x0070ffff }).filter((tag) => (tag & 0xffff) !== 0), fc.oneof({ depthSize: 'small' }, aValue, fc.tuple(fc.constant('SQ' as const), fc.array(tie('item'), { maxLength: 3 }))))
    .map(([tag, [vr, value]]) => [tag, vr, value] as unknown as DicomElement),
  item: fc.uniqueArray(tie('element'), { selector: (element) => element[0], maxLength: 6 })
}))

const sopClassUid = '1.2.840.10008.5.1.4.1.1.88.33'
const read = (bytes: Uint8Array) => openPart10({ bytes: Buffer.from(bytes), totalBytes: bytes.length })

describe('a written object', () => {
  it('reads back as it was written, whatever it holds', () => {
    fc.assert(fc.property(anItem, (elements) => {
      const written = writeObject({ sopClassUid, elements })
      const { dataSet, meta, transferSyntaxUid, notes } = read(written.bytes)
      expect([transferSyntaxUid, notes]).toEqual(['1.2.840.10008.1.2.1', []])
      expect(readBack(dataSet)).toEqual(expected([
        ...elements, [0x00080005, 'CS', 'ISO_IR 192'], [0x00080016, 'UI', sopClassUid], [0x00080018, 'UI', written.sopInstanceUid], [0x0020000e, 'UI', written.seriesUid]
      ]))
      expect(meta === null ? '' : asciiString(meta, 0x00020003)).toBe(written.sopInstanceUid)
    }), { numRuns: 300 })
  })

  it('is the same to two other readers', () => {
    const elements: DicomItem = [
      [0x00100010, 'PN', 'Müller^Jürgen=山田^太郎'], [0x00200037, 'DS', ['1', '0', '0', '0', '-0.5', '1e-9']], [0x00280010, 'US', 512], [0x0040a30a, 'DS', decimalText(2 / 3)],
      [0x0040a730, 'SQ', [[[0x0040a040, 'CS', 'TEXT'], [0x0040a160, 'UT', 'two\nlines']], [], [[0x00700022, 'FL', [1.5, -2.25]]]]], [0x00420011, 'OB', Uint8Array.of(1, 2, 3)]
    ]
    const { bytes } = writeObject({ sopClassUid, elements })
    const parsed = dicomParser.parseDicom(bytes)
    expect([parsed.string('x0040a30a'), parsed.uint16('x00280010'), parsed.elements['x0040a730']?.items?.length]).toEqual(['0.66666666666667', 512, 3])
    const { dict } = dcmjs.data.DicomMessage.readFile(Uint8Array.from(bytes).buffer, {})
    expect(dict['00100010']?.Value).toMatchObject([{ Alphabetic: 'Müller^Jürgen', Ideographic: '山田^太郎' }])
    expect([dict['00280010'], dict['0040A30A'], dict['00200037']].map((element) => element?.Value)).toEqual([[512], [0.66666666666667], [1, 0, 0, 0, -0.5, 1e-9]])
    expect(dict['0040A730']?.Value).toMatchObject([{ '0040A040': { Value: ['TEXT'] }, '0040A160': { Value: ['two\nlines'] } }, { '00700022': { Value: [1.5, -2.25] } }])
  })

  it('is the same instance whenever the same is written, and another where anything differs', () => {
    const one = writeObject({ sopClassUid, elements: [[0x00100010, 'PN', 'Doe^Jane'], [0x00200011, 'IS', '1']] })
    expect(writeObject({ sopClassUid, elements: [[0x00200011, 'IS', '1'], [0x00100010, 'PN', 'Doe^Jane']] })).toEqual(one)
    const other = writeObject({ sopClassUid, elements: [[0x00100010, 'PN', 'Doe^Janet'], [0x00200011, 'IS', '1']] })
    expect(new Set([one.sopInstanceUid, one.seriesUid, other.sopInstanceUid, other.seriesUid]).size).toBe(4)
    for (const made of [one.sopInstanceUid, one.seriesUid]) expect(made).toMatch(/^2\.25\.[1-9]\d{30,38}$/)
  })

  it('is refused where a value breaks its representation, a tag stands twice or the UIDs are given', () => {
    const faults: DicomItem[] = [
      [[0x00100040, 'CS', 'female']], [[0x00100030, 'DA', '1970-02-03']], [[0x00100020, 'LO', 'a\\b']], [[0x00100020, 'LO', 'x'.repeat(65)]], [[0x00100010, 'PN', 'a\u0000']],
      [[0x0020000d, 'UI', '1..2']], [[0x00280010, 'US', 65_536]], [[0x00280010, 'US', 1.5]], [[0x00700022, 'FL', Number.NaN]], [[0x00200013, 'IS', '1'], [0x00200013, 'IS', '2']],
      [[0x00080018, 'UI', '1.2']]
    ]
    for (const elements of faults) expect(() => writeObject({ sopClassUid, elements }), String(elements)).toThrow()
    const deep = Array.from({ length: 40 }).reduce<DicomItem>((inner) => [[0x0040a730, 'SQ', [inner]]], [])
    expect(() => writeDataSet(deep)).toThrow(/nested/)
  })
})

describe('a number as text', () => {
  it('takes at most 16 characters and is exact where they suffice', () => {
    fc.assert(fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (value) => {
      const text = decimalText(value)
      expect(text.length).toBeLessThanOrEqual(16)
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-8)
      if (String(value).length <= 16) expect(Number(text)).toBe(value === 0 ? 0 : value)
    }))
  })
})

const charsets = missingData('charsets')
describe.skipIf(charsets !== null)(`a patient whose name is written in any character set${charsets === null ? '' : ` (skipped: ${charsets})`}`, () => {
  it('has the same name in an object that was written of the study', () => {
    const files = readdirSync(sharedData('charsets')).filter((name) => name.endsWith('.dcm'))
    const nameOf = (bytes: Uint8Array): string => {
      const { dataSet } = read(bytes)
      return tidyName(text(dataSet, 0x00100010, readCharacterSets(dataSet)))
    }
    const names = files.map((file) => {
      const source = readFileSync(sharedData('charsets', file))
      const name = nameOf(source)
      expect(nameOf(writeObject({ sopClassUid, elements: copyModules(read(source).dataSet) }).bytes), file).toBe(name)
      return name
    })
    expect(names.filter((name) => /[^\u0020-\u007e]/.test(name)).length).toBeGreaterThan(8)
  })
})

describe('what is taken over from an instance', () => {
  const copiedOf = (...attributes: Parameters<typeof aDicomFile>[0]) => {
    const file = aDicomFile([[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'], [0x00080018, 'UI', '1.2'], ...attributes])
    return new Map(copyModules(openPart10({ bytes: file, totalBytes: file.length }).dataSet).map((element) => [element[0], element[2]]))
  }

  it('is its patient and study, decoded from its own character set', () => {
    const found = copiedOf([0x00080005, 'CS', 'ISO_IR 100'], [0x00100010, 'PN', Buffer.from('M\xfcller^J\xfcrgen', 'latin1')], [0x00100020, 'LO', 'P-1'], [0x00080020, 'DA', '20260102'], [0x00101010, 'AS', '056Y'])
    expect([0x00100010, 0x00100020, 0x00080020, 0x00101010].map((tag) => found.get(tag))).toEqual([['Müller^Jürgen'], ['P-1'], ['20260102'], ['056Y']])
  })

  it('holds what every object must have, empty where the instance says nothing or nothing usable', () => {
    const found = copiedOf([0x00100040, 'CS', 'female'], [0x00100030, 'DA', '1970.02.03'], [0x00080030, 'TM', '10:11:12'], [0x00101030, 'DS', 'heavy'])
    expect([0x00100010, 0x00100020, 0x00100040, 0x00100030, 0x00080030, 0x00080090, 0x00200010].map((tag) => found.get(tag))).toEqual([[], [], [], ['19700203'], ['101112'], [], []])
    expect(found.has(0x00101030)).toBe(false)
    expect(() => writeObject({ sopClassUid, elements: [...found].map(([tag, value]) => [tag, 'LO', value] as unknown as DicomElement) })).not.toThrow()
  })
})
