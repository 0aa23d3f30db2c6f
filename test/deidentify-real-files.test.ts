import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeidentify } from '../src-main/studies/deidentify/deidentify.ts'
import { createPseudonyms } from '../src-main/studies/deidentify/pseudonym-store.ts'
import { openDictionary } from '../src-main/studies/dicom/dictionary.ts'
import { DicomFault } from '../src-main/studies/dicom/fault.ts'
import { openPart10 } from '../src-main/studies/dicom/part10.ts'
import { bytesOf } from '../src-main/studies/dicom/values.ts'
import { databaseFile, openDatabase, type Db } from '../src-main/platform/database.ts'
import { resourcePath } from '../src-main/platform/resources.ts'
import { aFolder, heldClock } from './support/edge.ts'
import { missingData, sharedData } from './support/shared-data.ts'

/** Names, ids, numbers, dates and UIDs of a file: none of them may be in what leaves. */
const telling = [0x00100010, 0x00100020, 0x00101000, 0x00080050, 0x00080090, 0x00081070, 0x00100030, 0x00080020, 0x00080021, 0x00080022, 0x00080023, 0x0020000d, 0x0020000e, 0x00080018, 0x00200052]
const perFolder = 6

function filesOf(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile() && !/\.(?:json|md|txt|csv|py|zip)$/i.test(path))
  return found.toSorted().filter((_, index, all) => index % Math.max(1, Math.floor(all.length / perFolder)) === 0)
}
const whyNot = missingData('manifest.json')
const folders = whyNot === null ? readdirSync(sharedData(), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name) : []

describe.skipIf(whyNot !== null)(`real files without their patients${whyNot === null ? '' : `: ${whyNot}`}`, () => {
  let folder: Awaited<ReturnType<typeof aFolder>>
  let db: Db
  beforeAll(async () => { folder = await aFolder(); db = openDatabase({ file: databaseFile(folder.path) }) })
  afterAll(async () => { db.close(); await folder.remove() })

  it.each(folders.length === 0 ? ['none'] : folders)('%s: nothing that tells who it is remains, the pixels do', async (name) => {
    const clean = createDeidentify({ profileFile: resourcePath('deidentify', 'profile.json'), dictionary: openDictionary(resourcePath('dicom-dictionary.json')), pseudonyms: createPseudonyms(db, heldClock()) })
    for (const path of filesOf(sharedData(name))) {
      const before = readFileSync(path)
      const found = await clean(path, { keep: [], sendsBurnedIn: true }, new AbortController().signal).catch((error: unknown) => { if (error instanceof DicomFault) return { leftOut: 'encoding' } as const; throw error })
      if ('leftOut' in found) continue
      const pieces: Uint8Array[] = []
      for await (const piece of found.open(0)) pieces.push(piece)
      const after = Buffer.concat(pieces)
      const [old, now] = [openPart10({ bytes: before, totalBytes: before.length }).dataSet, openPart10({ bytes: after, totalBytes: after.length }).dataSet]
      const pixels = [old, now].map((dataSet) => [0x7fe00010, 0x7fe00008, 0x7fe00009].map((tag) => dataSet.elements.get(tag)).find((element) => element !== undefined))
      const [oldPixels, newPixels] = pixels
      if (oldPixels === undefined || newPixels === undefined) throw new Error(`${path}: no pixels`)
      const header = after.subarray(0, newPixels.offset).toString('latin1').toLowerCase()
      const terms = [...old.elements.values()].filter(({ vr, items }) => vr === 'CS' && items === null).map((element) => bytesOf(old, element).toString('latin1').toLowerCase()).join(' ')
      for (const tag of telling) {
        const element = old.elements.get(tag)
        if (element === undefined) continue
        const words = bytesOf(old, element).toString('latin1').toLowerCase().split(/[\^=\\ ,\0]+/).filter((word) => word.length >= (tag >>> 16 === 0x20 || tag === 0x00080018 || /^[\d.]+$/.test(word) ? 6 : 4) && !/^0+$/.test(word))
        // A file whose patient is called by a defined term, or as our own stand-in is, gives nothing away by it.
        for (const word of words.filter((one) => !terms.includes(one) && !'anonymized'.includes(one))) expect([path.slice(-60), tag.toString(16), word, header.includes(word)]).toEqual([path.slice(-60), tag.toString(16), word, false])
      }
      const length = oldPixels.isUndefinedLength ? after.length - newPixels.offset : oldPixels.length
      expect(after.subarray(newPixels.offset, newPixels.offset + length).equals(before.subarray(oldPixels.offset, oldPixels.offset + length))).toBe(true)
    }
  }, 120_000)
})
