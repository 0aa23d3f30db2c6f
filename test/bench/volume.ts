/**
 * What the stone protocol costs on 512 × 512 × 300 voxels, beside one plain pass over the same array and beside SciPy's labelling:
 * `node test/bench/volume.ts`. One worker; processor time, since the machine may
 * be shared; medians of seven runs after two that warm up (SciPy: of three).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Volume } from '../../src-shared/volume.ts'
import { sampleRecipe } from '../../src-main/analysis/phantom/sample.ts'
import { renderVolume } from '../../src-main/analysis/phantom/index.ts'
import { runProtocol } from '../../src-main/analysis/protocols/index.ts'
import { labelRuns } from '../../src-main/analysis/volume/components.ts'
import { geometryOf } from '../../src-main/analysis/volume/geometry.ts'
import { findRuns } from '../../src-main/analysis/volume/runs.ts'
import { readCtSeries } from '../support/ct-series.ts'
import { missingData, sharedData } from '../support/shared-data.ts'

const size = { columns: 512, rows: 512, slices: 300 } as const
const sliceVoxels = size.columns * size.rows
const labelLimitHu = 300
const figures: object[] = []

function bench(name: string, volume: Volume): void {
  const pass = median(() => plainPass(volume.voxels))
  const protocol = median(() => runProtocol('urinary-stones', volume, noContext))
  const scan = median(() => labelRuns(findRuns(volume, labelLimitHu), volume, 26))
  const runs = findRuns(volume, labelLimitHu)
  const label = median(() => labelRuns(runs, volume, 26))
  const { count } = labelRuns(runs, volume, 26)
  console.log(`\n${name}, ${size.columns} x ${size.rows} x ${size.slices}`)
  line('one plain pass (sum of all voxels)', pass, '')
  line('stone protocol, whole', protocol, `${(protocol / pass).toFixed(1)} passes, goal ≤ 5: ${protocol <= 5 * pass ? 'met' : 'NOT MET'}`)
  line(`find runs from ${labelLimitHu} HU and label, 26-connected`, scan, `${count} components`)
  line('  labelling of the runs alone', label, '')
  const scipy = scipyLabel(volume.voxels)
  if (typeof scipy === 'string') console.log(`  SciPy skipped: ${scipy}`)
  else line('scipy.ndimage.label on the ready mask, 26-connected', scipy.ms, `${scipy.count} components; ours, threshold included, is ${(scipy.ms / scan).toFixed(1)} times as fast, goal ≥ 2: ${scipy.ms >= 2 * scan && scipy.count === count ? 'met' : 'NOT MET'}`)
  figures.push(
    { bench: 'volume', figure: `stone protocol, ${name}`, value: protocol / pass, unit: 'passes', goal: '≤ 5', met: protocol <= 5 * pass },
    typeof scipy === 'string'
      ? { bench: 'volume', figure: `labelling beside SciPy, ${name}`, value: null, unit: 'times', goal: '≥ 2', met: null, note: scipy }
      : { bench: 'volume', figure: `labelling beside SciPy, ${name}`, value: scipy.ms / scan, unit: 'times', goal: '≥ 2', met: scipy.ms >= 2 * scan && scipy.count === count })
}

const noContext = { bodyPart: '', description: '', contrastAgent: '', kernel: '', warnings: [] }

function plainPass(voxels: Int16Array): number {
  let sum = 0
  for (let index = 0; index < voxels.length; index++) sum += voxels[index] ?? 0
  return sum
}

function median(run: () => unknown): number {
  const times = Array.from({ length: 9 }, () => {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
  return times.slice(2).toSorted((a, b) => a - b)[3] ?? Number.NaN
}

function line(name: string, ms: number, note: string): void {
  console.log(`  ${name.padEnd(54)} ${ms.toFixed(0).padStart(6)} ms  ${note}`)
}

function phantom(): { name: string, volume: Volume } {
  const recipe = sampleRecipe({ seed: 7, rows: 512, columns: 512, slices: 300, pixelSpacingMm: [0.72, 0.72], sliceSpacingMm: 1.25, noiseHu: 12, centreMm: [0, 0, -10] })
  return { name: 'abdomen phantom, noise 12 HU', volume: renderVolume(recipe) }
}

/** A real chest, its slices repeated to 300 and called 1 mm apart: right for timing, wrong for anything else. */
function realChest(): { name: string, volume: Volume }[] {
  const missing = missingData('ct-chest-noncontrast-8mm', 'series')
  if (missing !== null) {
    console.log(`real CT skipped: ${missing}`)
    return []
  }
  const chest = readCtSeries(sharedData('ct-chest-noncontrast-8mm', 'series'))
  const voxels = new Int16Array(new SharedArrayBuffer(sliceVoxels * size.slices * 2))
  for (let slice = 0; slice < size.slices; slice++) {
    const from = (slice % chest.slices) * sliceVoxels
    voxels.set(chest.voxels.subarray(from, from + sliceVoxels), slice * sliceVoxels)
  }
  const geometry = geometryOf({
    originsMm: Array.from({ length: size.slices }, (_, slice) => [-165, -165, slice] as const), rowDirection: [1, 0, 0], columnDirection: [0, 1, 0],
    pixelSpacingMm: [0.646, 0.646], sliceThicknessMm: 1
  })
  return [{ name: 'real chest CT, slices repeated', volume: { ...size, voxels, geometry } }]
}

const python = '/usr/bin/python3'
const script = `
import sys, time, json
import numpy as np
from scipy import ndimage
v = np.fromfile(sys.argv[1], dtype='<i2').reshape(${size.slices}, ${size.rows}, ${size.columns})
mask = v >= ${labelLimitHu}
times = []
for _ in range(3):
    t = time.process_time()
    count = int(ndimage.label(mask, np.ones((3, 3, 3)))[1])
    times.append((time.process_time() - t) * 1000)
print(json.dumps({'ms': sorted(times)[1], 'count': count}))
`

function scipyLabel(voxels: Int16Array): { ms: number, count: number } | string {
  if (!existsSync(python)) return 'there is no /usr/bin/python3'
  if (spawnSync(python, ['-c', 'import scipy.ndimage']).status !== 0) return 'python3-scipy is not installed'
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'))
  try {
    const file = join(folder, 'volume.raw')
    writeFileSync(file, new Uint8Array(voxels.buffer))
    const { stdout, stderr, status } = spawnSync(python, ['-c', script, file], { encoding: 'utf8' })
    if (status !== 0) return stderr.trim().split('\n').at(-1) ?? 'it failed'
    const answer: { ms: number, count: number } = JSON.parse(stdout)
    return answer
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const { name, volume } of [phantom(), ...realChest()]) bench(name, volume)
console.log(figures.map((figure) => JSON.stringify(figure)).join('\n'))
