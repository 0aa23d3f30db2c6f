import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blobPath } from '../../src-main/platform/blobs.ts'
import { AppError } from '../../src-shared/errors.ts'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { aStudiesRoom, somebody } from '../support/studies-room.ts'

/** `npm run test:fault` fills the disk at every page; the usual run now and then. */
const stepKb = Number(process.env['VIGIL_FAULT_DISK_STEP_KB'] ?? 128)
const count = 24
const root = mkdtempSync(join(tmpdir(), 'vigil-disk-'))
const disk = join(root, 'disk')
const size = (kb: number, isNew: boolean) => { execFileSync('mount', isNew ? ['-t', 'tmpfs', '-o', `size=${kb}k`, 'tmpfs', disk] : ['-o', `remount,size=${kb}k`, disk], { stdio: 'ignore' }) }

/** Only root of Linux may make a small disk. */
const whyNot = (() => {
  try {
    mkdirSync(disk, { recursive: true })
    size(256, true)
    execFileSync('umount', [disk], { stdio: 'ignore' })
    return null
  } catch {
    return 'no right to make a small disk here'
  }
})()
beforeAll(() => {
  mkdirSync(join(root, 'ct'))
  for (let index = 0; index < count; index++) writeFileSync(join(root, 'ct', `${index}.dcm`), aDicomFile(aSlice({ study: '1.7', series: '1.7.1', instance: `1.7.1.${index}`, number: index, positionMm: [0, 0, index], rows: 96, columns: 96, fill: index })))
})
afterAll(() => { rmSync(root, { recursive: true, force: true }) })

/** One import on a disk of that size, and again with room. True where it came to its end at once. */
async function importOn(kb: number): Promise<boolean> {
  size(kb, true)
  try {
    const dataDir = join(disk, 'data')
    let isWhole = false
    try {
      const room = await aStudiesRoom({ dataDir })
      try {
        const { result } = await room.studies.importPaths([join(root, 'ct')], { actor: somebody })
        isWhole = result.imported === count
      } finally {
        await room.stop()
      }
    } catch (error) {
      // A sentence, from the opening of the folder to the last file.
      if (!(error instanceof AppError) || error.code !== 'disk-full') throw error
      expect(error.message).toMatch(/disk.*is full/)
    }
    size(64 * 1024, false)
    const room = await aStudiesRoom({ dataDir })
    try {
      expect(room.db.sqlite.pragma('integrity_check', { simple: true })).toBe('ok')
      const rows = room.db.sqlite.prepare<[], { sha256: string }>('select sha256 from instances').all()
      for (const { sha256 } of rows) expect(createHash('sha256').update(readFileSync(blobPath(dataDir, sha256))).digest('hex')).toBe(sha256)
      const { result } = await room.studies.importPaths([join(root, 'ct')], { actor: somebody })
      expect([result.imported + result.duplicates, result.duplicates, result.rejected]).toEqual([count, rows.length, []])
      expect(room.studies.describeSeries('1.7.1')).toMatchObject({ isVolume: true })
    } finally {
      await room.stop()
    }
    return isWhole
  } finally {
    execFileSync('umount', [disk], { stdio: 'ignore' })
  }
}

describe.skipIf(whyNot !== null)(`a disk that fills up${whyNot === null ? '' : `: ${whyNot}`}`, () => {
  it(`at any point of an import (every ${stepKb} kB): loses nothing that was taken in, says so in a sentence, and goes on when there is room`, async () => {
    let tried = 0
    for (let kb = 64; ; kb += stepKb) {
      tried++
      if (await importOn(kb)) break
      expect(kb).toBeLessThan(16_000)
    }
    process.stdout.write(`a disk of ${tried} sizes, each ${stepKb} kB apart\n`)
    expect(tried).toBeGreaterThan(3)
  }, 3_600_000)
})
