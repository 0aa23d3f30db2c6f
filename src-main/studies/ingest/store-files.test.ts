import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, type Attribute } from '../../../test/support/dicom-file.ts'
import { createBlobWriter } from '../../platform/blob-writer.ts'
import { createFileStorer, listFileTags } from './store-files.ts'

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'vigil-store-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
const write = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

describe('files larger than the buffer', () => {
  it('that are no DICOM are refused from their first bytes, before a copy of them takes room on the disk', () => {
    const writer = createBlobWriter(folder)
    const store = createFileStorer({ ...writer, begin: () => { throw new Error('nothing is to be written') } })
    const film = write('film.mp4', Buffer.alloc(5 * 1024 * 1024, 7))
    expect(store([film], () => false)).toMatchObject([{ kind: 'rejected', code: 'not-dicom', bytes: 5 * 1024 * 1024 }])
  })

  it('that are DICOM come in as they are', () => {
    const image = write('image.dcm', aDicomFile(aSlice({ rows: 2048, columns: 2048 })))
    expect(createFileStorer(createBlobWriter(folder))([image], () => false)).toMatchObject([{ kind: 'stored', header: { pixel: { rows: 2048 } } }])
  })
})

describe('an image that is a program as well', () => {
  const beginning = (start: string) => Buffer.concat([Buffer.from(start, 'latin1'), aDicomFile(aSlice()).subarray(start.length)])

  it.each([['Windows', 'MZ\x90\0'], ['Linux', '\x7fELF'], ['a shell', '#!/bin/sh\n'], ['macOS', '\xcf\xfa\xed\xfe']])('for %s is refused with its reason', (_, start) => {
    expect(createFileStorer(createBlobWriter(folder))([write('program.dcm', beginning(start))], () => false)).toMatchObject([{ kind: 'rejected', code: 'program', reason: expect.stringContaining('clean copy') }])
  })

  it('is not what a TIFF in the same place is, which scanners write', () => {
    expect(createFileStorer(createBlobWriter(folder))([write('tiff.dcm', beginning('II*\0'))], () => false)).toMatchObject([{ kind: 'stored' }])
  })
})

describe('the list of attributes', () => {
  it('is cut where a sequence holds more items than anybody reads', () => {
    const items: readonly (readonly Attribute[])[] = Array.from({ length: 60_000 }, () => [])
    const file = write('items.dcm', aDicomFile(aSlice({ more: [[0x00081140, 'SQ', items]] })))
    const rows = listFileTags(file, (tag) => tag === 0x00081140 ? { keyword: 'ReferencedImageSequence', vr: 'SQ' } : null, { search: '', frameNumber: null, isCovered: false })
    expect(rows).toMatchObject({ isListCut: true, rows: { length: 5000 } })
  })
})
