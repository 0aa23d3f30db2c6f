import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import { decodeText, tidyName } from './character-set.ts'
import { bufferAccess, inspect } from '../ingest/inspect.ts'
import { openPart10 } from './part10.ts'
import { readCharacterSets } from './header.ts'
import { Tag } from './tags.ts'
import { text } from './values.ts'

const bytes = (...parts: readonly (string | number)[]) => Buffer.concat(parts.map((part) => typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part)))
const escape = '\u001b'

describe('text in the character sets of the standard', () => {
  it.each([
    ['ISO_IR 100', Buffer.from('Jérôme', 'latin1'), 'Jérôme'],
    ['ISO_IR 101', bytes('Wa', 0xb3, 0xea, 'sa'), 'Wałęsa'],
    ['ISO_IR 144', bytes(0xbb, 0xee, 0xda), 'Люк'],
    ['ISO_IR 126', bytes(0xc4, 0xe9, 0xef), 'Διο'],
    ['ISO_IR 138', bytes(0xf9, 0xf8, 0xe5, 0xef), 'שרון'],
    ['ISO_IR 127', bytes(0xe2, 0xc8, 0xc7, 0xe6), 'قبان'],
    ['ISO_IR 148', bytes('Ay', 0xfe, 'e'), 'Ayşe'],
    ['ISO_IR 166', bytes(0xb9, 0xd2), 'นา'],
    ['ISO_IR 13', bytes(0xd4, 0xcf, 0xc0, 0xde), 'ﾔﾏﾀﾞ'],
    ['ISO_IR 192', Buffer.from('王^小東', 'utf8'), '王^小東'],
    ['GB18030', bytes(0xcd, 0xf5, '^', 0xd0, 0xa1), '王^小'],
    ['GBK', bytes(0xcd, 0xf5), '王']
  ])('%s', (term, value, expected) => {
    expect(decodeText(value, [term])).toBe(expected)
  })

  it('reads Korean by code extension and goes back at each component', () => {
    const value = bytes('Hong^Gildong=', escape, '$)C', 0xfb, 0xf3, '^', escape, '$)C', 0xd1, 0xce, 0xd4, 0xd7)
    expect(decodeText(value, ['', 'ISO 2022 IR 149'], true)).toBe('Hong^Gildong=洪^吉洞')
  })

  it('reads Chinese GB 2312 by code extension', () => {
    expect(decodeText(bytes('Zhang^XiaoDong=', escape, '$)A', 0xd5, 0xc5, '^', escape, '$)A', 0xd0, 0xa1, 0xb6, 0xab), ['', 'ISO 2022 IR 58'], true)).toBe('Zhang^XiaoDong=张^小东')
  })

  it('reads JIS X 0212 by code extension', () => {
    expect(decodeText(bytes(escape, '$(D', 0x30, 0x21, escape, '(B'), ['', 'ISO 2022 IR 159'])).toBe('丂')
  })

  it('switches between Latin and Cyrillic in one value', () => {
    expect(decodeText(bytes('A', 0xe9, ' ', escape, '-L', 0xbb), ['ISO 2022 IR 100', 'ISO 2022 IR 144'])).toBe('Aé Л')
  })

  it('drops back to the first set at a line end', () => {
    expect(decodeText(bytes(escape, '-L', 0xbb, '\r\n', 0xe9), ['ISO 2022 IR 100', 'ISO 2022 IR 144'])).toBe('Л\r\né')
  })

  it('does not lose a text over an escape that no table knows', () => {
    expect(decodeText(bytes('A', escape, 'zB'), ['', 'ISO 2022 IR 87'])).toBe('AzB')
  })

  it('reads undeclared bytes as UTF-8 where they are, else as Latin-1', () => {
    expect(decodeText(Buffer.from('Müller', 'utf8'), [''])).toBe('Müller')
    expect(decodeText(Buffer.from('Müller', 'latin1'), [])).toBe('Müller')
  })

  it('drops empty components and groups of a name', () => {
    expect(tidyName('Doe^Jane^^^=  =')).toBe('Doe^Jane')
    expect(tidyName('Yamada^Tarou=山田^太郎=')).toBe('Yamada^Tarou=山田^太郎')
  })
})

const Manifest = z.object({ datasets: z.array(z.object({ id: z.string(), files: z.array(z.object({ path: z.string(), patient_name_decoded: z.string().nullish() })) })) })
const names = missingData('charsets') === null
  ? Manifest.parse(JSON.parse(readFileSync(sharedData('manifest.json'), 'utf8'))).datasets.flatMap(({ id, files }) => id === 'charsets' ? files : [])
    .flatMap(({ path, patient_name_decoded: name }) => typeof name === 'string' && name !== 'None' ? [[path, name] as const] : [])
  : []

describe.skipIf(missingData('charsets') !== null)('patient names of the test data', () => {
  it.each(names)('%s', (path, name) => {
    const file = readFileSync(sharedData(path))
    const { dataSet } = openPart10({ bytes: file, totalBytes: file.length })
    expect(tidyName(text(dataSet, Tag.patientName, readCharacterSets(dataSet)))).toBe(name)
  })

  it('finds the name in the header that an import keeps', () => {
    const file = readFileSync(sharedData('charsets/chrH32.dcm'))
    expect(inspect(bufferAccess(file), file, 'x').patient.name).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう')
  })
})
