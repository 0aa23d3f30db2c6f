import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'

/** `npm run test:fault` fills the disk at every page; the usual run now and then. */
const stepKb = Number(process.env['VIGIL_FAULT_DISK_STEP_KB'] ?? 192)
const count = 24
const root = mkdtempSync(join(tmpdir(), 'vigil-disk-'))
const disk = join(root, 'disk')
mkdirSync(disk)

/** Only root of Linux may make a small disk. */
const whyNot = (() => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' })
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

describe.skipIf(whyNot !== null)(`a disk that fills up${whyNot === null ? '' : `: ${whyNot}`}`, () => {
  it(`at any point of an import (every ${stepKb} kB): loses nothing that was taken in, says so in a sentence, and goes on when there is room`, () => {
    let tried = 0
    for (let kb = 64; ; kb += stepKb) {
      const { stdout, stderr, status } = spawnSync(process.execPath, [join(import.meta.dirname, 'disk-child.ts'), disk, String(kb), join(root, 'ct'), String(count)], { encoding: 'utf8' })
      execFileSync('umount', [disk])
      expect([kb, status, stderr.slice(0, 2000)]).toEqual([kb, 0, ''])
      tried++
      if (stdout === 'whole') break
      expect(kb).toBeLessThan(16_000)
    }
    process.stdout.write(`a disk of ${tried} sizes, ${stepKb} kB apart\n`)
    expect(tried).toBeGreaterThan(3)
  }, 3_600_000)
})
