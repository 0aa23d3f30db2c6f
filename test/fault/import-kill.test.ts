import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { aStudiesRoom, somebody } from '../support/studies-room.ts'

let root: string
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'vigil-kill-')) })
afterEach(() => { rmSync(root, { recursive: true, force: true }) })

const count = 240
function aFolder(): string {
  const folder = join(root, 'ct')
  mkdirSync(folder)
  for (let index = 0; index < count; index++) {
    writeFileSync(join(folder, `IM${index}`), aDicomFile(aSlice({ study: '1.7', series: '1.7.1', instance: `1.7.1.${index}`, number: index, positionMm: [0, 0, index], rows: 64, columns: 64, fill: index })))
  }
  return folder
}

/** Imports in a process of its own that is killed as soon as it has committed rows; false where it came to its end. */
async function importAndKill(dataDir: string, folder: string, afterRows: number): Promise<boolean> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'import-child.ts'), dataDir, folder, String(afterRows)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [, signal] = await once(child, 'close')
  return signal === 'SIGKILL'
}

describe('an import that is killed', () => {
  it.each([1, 100])('after %i instances leaves complete ones only, says so, and can be run again', async (afterRows) => {
    const folder = aFolder()
    const dataDir = join(root, 'data')
    expect(await importAndKill(dataDir, folder, afterRows)).toBe(true)

    const room = await aStudiesRoom({ dataDir })
    try {
      const rows = room.db.sqlite.prepare<[], { sha256: string, bytes: number }>('select sha256, bytes from instances').all()
      expect(rows.length).toBeGreaterThanOrEqual(afterRows)
      expect(rows.length).toBeLessThan(count)
      for (const { sha256, bytes } of rows) {
        const blob = readFileSync(join(dataDir, 'blobs', sha256.slice(0, 2), sha256))
        expect([blob.length, createHash('sha256').update(blob).digest('hex')]).toEqual([bytes, sha256])
      }
      const [interrupted] = room.studies.imports.recent(1)
      expect(interrupted).toMatchObject({ state: 'interrupted', imported: rows.length, message: expect.stringContaining('import the same folder again') })
      expect(room.studies.detail('1.7')).toMatchObject({ study: { instanceCount: rows.length, seriesCount: 1 }, series: [{ instances: rows.length }] })
      const left = existsSync(join(dataDir, 'incoming')) ? readdirSync(join(dataDir, 'incoming'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : []
      expect(left).toEqual([])

      const { result } = await room.studies.importPaths([folder], { actor: somebody })
      expect(result).toMatchObject({ imported: count - rows.length, duplicates: rows.length, rejected: [] })
      expect(room.studies.describeSeries('1.7.1')).toMatchObject({ isVolume: true, warnings: [] })
    } finally {
      await room.stop()
    }
  })
})
