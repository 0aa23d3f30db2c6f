import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, encapsulated, type Attribute, type FileOptions } from '../../../test/support/dicom-file.ts'
import { aFolder, heldClock } from '../../../test/support/edge.ts'
import type { DeidentifyKeep } from '../../../src-shared/sync.ts'
import { databaseFile, openDatabase, type Db } from '../../platform/database.ts'
import { resourcePath } from '../../platform/resources.ts'
import { itemsOf, type DataSet } from '../dicom/data-set.ts'
import { openDictionary } from '../dicom/dictionary.ts'
import { openPart10 } from '../dicom/part10.ts'
import { asciiString, bytesOf } from '../dicom/values.ts'
import { createDeidentify, type Deidentified } from './deidentify.ts'
import { openProfile } from './profile.ts'
import { createPseudonyms, type Pseudonyms } from './pseudonym-store.ts'

const dictionary = openDictionary(resourcePath('dicom-dictionary.json'))
const profileFile = resourcePath('deidentify', 'profile.json')
const signal = new AbortController().signal
let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
let pseudonyms: Pseudonyms
const temporary = mkdtempSync(join(tmpdir(), 'vigil-clean-'))

beforeEach(async () => {
  folder = await aFolder()
  db = openDatabase({ file: databaseFile(folder.path) })
  pseudonyms = createPseudonyms(db, heldClock())
})
afterEach(async () => {
  db.close()
  await folder.remove()
  rmSync(join(temporary, 'in.dcm'), { force: true })
})

type Cleaned = Readonly<{ bytes: Buffer, dataSet: DataSet, found: Deidentified }>
const run = async (file: Buffer, { keep = [] as DeidentifyKeep[], sendsBurnedIn = false } = {}) => {
  writeFileSync(join(temporary, 'in.dcm'), file)
  return createDeidentify({ profileFile, dictionary, pseudonyms })(join(temporary, 'in.dcm'), { keep, sendsBurnedIn }, signal)
}
const cleaned = async (file: Buffer, options: Parameters<typeof run>[1] = {}): Promise<Cleaned> => {
  const found = await run(file, options)
  if ('leftOut' in found) throw new Error(found.leftOut)
  const pieces: Uint8Array[] = []
  for await (const piece of found.open(0)) pieces.push(piece)
  const bytes = Buffer.concat(pieces)
  return { bytes, found, dataSet: openPart10({ bytes, totalBytes: bytes.length }).dataSet }
}
const a = (more: readonly Attribute[] = [], options: FileOptions = {}) => aDicomFile(aSlice({ study: '1.2.3', series: '1.2.3.4', instance: '1.2.3.4.5', name: 'MUSTERMANN^ERIKA', patientId: 'PID-4711', more }), options)

describe('the basic profile', () => {
  const { table } = openProfile(profileFile, dictionary, [])
  const sample: Readonly<Record<string, Attribute[2]>> = { AE: 'MARK', AS: '057Y', CS: 'MARK', DA: '20200102', DS: '12', DT: '20200102030405', IS: '12', LO: 'MARK', LT: 'MARK', PN: 'MARK', SH: 'MARK', ST: 'MARK', TM: '030405', UC: 'MARK', UI: '1.2.999', UR: 'MARK', UT: 'MARK', SQ: [[[0x00080104, 'LO', 'MARK']]] }

  it('has 617 rows beside private attributes, curves and overlays', () => { expect(table.size).toBe(617) })

  it('acts on each row of its table as the row says', async () => {
    const wrong: string[] = []
    let tried = 0
    const replaced = new Set([0x00100010, 0x00100020])
    for (const [tag, action] of table) {
      const vr = dictionary(tag)?.vr
      const value = vr === undefined ? undefined : sample[vr]
      if (vr === undefined || value === undefined || tag >>> 16 < 8 || tag === 0x00080018 || replaced.has(tag)) continue
      const { dataSet } = await cleaned(aDicomFile([...aSlice({ instance: '1.2.3.4.5' }).filter(([one]) => one !== tag), [tag, vr, value]]))
      const element = dataSet.elements.get(tag)
      const bytes = element === undefined ? null : bytesOf(dataSet, element)
      const isGone = element === undefined
      const hasNothing = bytes === null || bytes.length === 0
      const holdsIt = bytes !== null && (bytes.includes('MARK') || bytes.includes('20200102') || bytes.includes('1.2.999') || bytes.includes('030405'))
      if (action === 'X/Z/U*') {
        // Its items stay, cleaned like everything else.
        if (itemsOf(dataSet, tag).length !== 1) wrong.push(`${tag.toString(16)} ${vr} ${action}`)
        continue
      }
      const fits = action === 'X' || (vr === 'SQ' && action.startsWith('X')) ? isGone : action === 'Z' || action === 'X/Z' ? hasNothing && !isGone
        : action === 'U' || vr === 'UI' ? !isGone && asciiString(dataSet, tag).startsWith('2.25.') : !isGone && !holdsIt && (vr === 'SQ' || !hasNothing)
      if (!fits || holdsIt) wrong.push(`${tag.toString(16)} ${vr} ${action}`)
      tried++
    }
    expect(wrong).toEqual([])
    expect(tried).toBeGreaterThan(550)
  }, 120_000)

  it('leaves no trace of the patient, whatever holds it: texts, sequences, private and unknown attributes, overlays, curves, meta', async () => {
    const marks: Attribute[] = [
      [0x00081030, 'LO', 'CT of Mustermann'], [0x00180015, 'CS', 'ABDOMEN'], [0x00189004, 'CS', 'RESEARCH'], [0x00180022, 'CS', 'HELIX'], [0x00181160, 'SH', 'erika filter'], [0x00280120, 'US', 0], [0x00091001, 'LO', 'Mustermann'], [0x00100010, 'PN', 'MUSTERMANN^ERIKA'],
      [0x00081140, 'SQ', [[[0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'], [0x00081155, 'UI', '1.2.3.4.6'], [0x00100010, 'PN', 'MUSTERMANN^ERIKA']]]],
      [0x00082218, 'SQ', [[[0x00080100, 'SH', 'T-D4000'], [0x00080104, 'LO', 'Abdomen of ERIKA']]]], [0x60003000, 'OW', Buffer.from('MUSTERMANN')], [0x60000022, 'LO', 'MUSTERMANN'], [0x50003000, 'OW', Buffer.from('MUSTERMANN')]
    ]
    for (const options of [{}, { transferSyntaxUid: '1.2.840.10008.1.2', isExplicit: false }] satisfies FileOptions[]) {
      const { bytes, dataSet } = await cleaned(aDicomFile([...aSlice({ study: '1.2.3', series: '1.2.3.4', instance: '1.2.3.4.5', name: 'MUSTERMANN^ERIKA', patientId: 'PID-4711' }).filter(([tag]) => !marks.some(([mark]) => mark === tag)), ...marks], options))
      const text = bytes.toString('latin1').toLowerCase()
      for (const secret of ['mustermann', 'erika', 'pid-4711', '19700203', 'acc-1', '20260102', '101112']) expect([secret, text.includes(secret)]).toEqual([secret, false])
      for (const uid of ['1.2.3\0', '1.2.3.4\0', '1.2.3.4.5\0', '1.2.3.4.6\0']) expect(text.includes(uid)).toBe(false)
      expect([asciiString(dataSet, 0x00180015), asciiString(dataSet, 0x00120062)]).toEqual(['ABDOMEN', 'YES'])
      expect(itemsOf(dataSet, 0x00120064).map((item) => asciiString(item, 0x00080100))).toEqual(['113100'])
      const [reference] = itemsOf(dataSet, 0x00081140)
      expect(reference === undefined ? null : [asciiString(reference, 0x00081150), asciiString(reference, 0x00081155)]).toEqual(['1.2.840.10008.5.1.4.1.1.2', pseudonyms.uid('1.2.3.4.6')])
    }
  })

  it('keeps the pixels to the byte, and what is needed to draw and to measure them', async () => {
    const file = a()
    const { dataSet, bytes } = await cleaned(file)
    const before = openPart10({ bytes: file, totalBytes: file.length }).dataSet
    const pixels = (of: DataSet) => { const element = of.elements.get(0x7fe00010); return element === undefined ? '' : of.bytes.subarray(element.offset, element.offset + element.length).toString('hex') }
    expect(pixels(dataSet)).toBe(pixels(before))
    for (const tag of [0x00280010, 0x00280011, 0x00280030, 0x00281052, 0x00281053, 0x00200032, 0x00200037, 0x00180050, 0x00080060]) expect([tag.toString(16), asciiString(dataSet, tag)]).toEqual([tag.toString(16), asciiString(before, tag)])
    expect(bytes.subarray(0, 128).every((value) => value === 0)).toBe(true)
  })

  it('keeps encapsulated pixels and nothing that stands behind them', async () => {
    const fragments = encapsulated([Buffer.from([1, 2, 3, 4]), Buffer.from([5, 6])])
    const base = aSlice({ instance: '1.2.3.4.5', name: 'MUSTERMANN^ERIKA' }).filter(([tag]) => tag !== 0x7fe00010)
    const file = Buffer.concat([aDicomFile(base, { transferSyntaxUid: '1.2.840.10008.1.2.4.90' }), fragments, aDicomFile([[0x00100010, 'PN', 'MUSTERMANN^ERIKA']], { hasMeta: false })])
    const { bytes } = await cleaned(file)
    expect(bytes.includes(Buffer.from([1, 2, 3, 4]))).toBe(true)
    expect([bytes.readUInt16LE(bytes.length - 8), bytes.readUInt16LE(bytes.length - 6)]).toEqual([0xfffe, 0xe0dd])
    expect(bytes.toString('latin1')).not.toContain('MUSTERMANN')
  })
})

describe('what stands for the patient', () => {
  it('is always the same here, another one elsewhere, and leads back', async () => {
    const [first, again] = [await cleaned(a()), await cleaned(a())]
    expect(first.found.sha256).toBe(again.found.sha256)
    expect(first.found.studyUid).toBe(pseudonyms.uid('1.2.3'))
    expect([pseudonyms.originalOf(first.found.studyUid), pseudonyms.originalOf('2.25.1'), pseudonyms.substituteOf('1.2.3')]).toEqual(['1.2.3', null, first.found.studyUid])
    const elsewhere = await aFolder()
    const other = openDatabase({ file: databaseFile(elsewhere.path) })
    expect(createPseudonyms(other, heldClock()).uid('1.2.3')).not.toBe(first.found.studyUid)
    other.close()
    await elsewhere.remove()
  })

  it('is one for one patient over studies, and its dates go back by the same days', async () => {
    const dated = (date: string) => a([[0x00080020, 'DA', date], [0x0008002a, 'DT', `${date}101112.5`]])
    const keep: DeidentifyKeep[] = ['dates-modified']
    const [one, other] = [(await cleaned(dated('20260102'), { keep })).dataSet, (await cleaned(dated('20260301'), { keep })).dataSet]
    expect(asciiString(one, 0x00100020)).toBe(asciiString(other, 0x00100020))
    expect(asciiString(one, 0x00100020)).toMatch(/^VG-[0-9A-F]{12}$/)
    const day = (text: string) => Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8))) / 86_400_000
    expect(day(asciiString(other, 0x00080020)) - day(asciiString(one, 0x00080020))).toBe(58)
    expect(asciiString(one, 0x00080020) < '20260102').toBe(true)
    expect(asciiString(one, 0x0008002a).slice(8)).toBe('101112.5')
    expect([asciiString(one, 0x00280303), asciiString(one, 0x00100030), itemsOf(one, 0x00120064).map((item) => asciiString(item, 0x00080100))]).toEqual(['MODIFIED', '', ['113100', '113107']])
  })
})

describe('options', () => {
  it.each([
    ['patient-characteristics', [[0x00100040, 'CS', 'F'], [0x00101010, 'AS', '057Y'], [0x00101030, 'DS', '70']]], ['institution', [[0x00080080, 'LO', 'Clinic']]], ['device', [[0x00081010, 'SH', 'CT1'], [0x00181000, 'LO', '4242']]],
    ['dates-full', [[0x00080020, 'DA', '20260102'], [0x00080030, 'TM', '101112']]], ['uids', [[0x00200052, 'UI', '1.2.3.9']]]
  ] as const)('%s keeps what it names, and nothing else does', async (keep, attributes) => {
    const file = a(attributes.map(([tag, vr, value]): Attribute => [tag, vr, value]))
    const base = openPart10({ bytes: file, totalBytes: file.length }).dataSet
    const values = async (options: readonly DeidentifyKeep[]) => { const { dataSet } = await cleaned(file, { keep: [...options] }); return attributes.map(([tag]) => asciiString(dataSet, tag)) }
    const before = attributes.map(([tag]) => asciiString(base, tag))
    expect(await values([keep])).toEqual(before)
    for (const [index, value] of (await values([])).entries()) expect(value).not.toBe(before[index])
  })
})

describe('what stays here', () => {
  it('is what has no pixels, what is coded in a way that is not cleaned, and images of kinds that hold words', async () => {
    expect(await run(aDicomFile(aSlice().filter(([tag]) => tag !== 0x7fe00010)))).toEqual({ leftOut: 'no-pixels' })
    expect(await run(aDicomFile(aSlice(), { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false }))).toEqual({ leftOut: 'encoding' })
    const us = aDicomFile(aSlice({ modality: 'US' }))
    expect(await run(us)).toEqual({ leftOut: 'burned-in' })
    expect(await run(a([[0x00280301, 'CS', 'YES']]))).toEqual({ leftOut: 'burned-in' })
    expect(await run(aDicomFile(aSlice({ modality: 'US', more: [[0x00280301, 'CS', 'NO']] })))).not.toHaveProperty('leftOut')
    expect(await run(us, { sendsBurnedIn: true })).not.toHaveProperty('leftOut')
  })
})
