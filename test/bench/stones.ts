/**
 * The stone protocol against phantoms whose truth is known: `node test/bench/stones.ts [--volumes 40] [--each FILE]`.
 * Seeds from 10,000 are used here and nowhere else; rules were tuned on seeds below 100.
 */
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Candidate } from '../../src-shared/analysis.ts'
import { sampleRecipe } from '../../src-main/analysis/phantom/sample.ts'
import { renderVolume } from '../../src-main/analysis/phantom/index.ts'
import type { PlacedObject } from '../../src-main/analysis/phantom/objects.ts'
import type { PhantomRecipe } from '../../src-main/analysis/phantom/recipe.ts'
import { runProtocol } from '../../src-main/analysis/protocols/index.ts'
import { distance } from '../../src-shared/vector.ts'

type Pair = Readonly<{ recipe: PhantomRecipe, truth: PlacedObject, found: Candidate | null }>
type VolumeResult = Readonly<{ recipe: PhantomRecipe, pairs: readonly Pair[], falseStones: number, ms: number }>

const thicknesses = [1, 2, 3, 5] as const
const noises = [0, 6, 12, 20] as const
const stacks = [
  { name: 'straight' }, { name: 'tilted', tiltDeg: 15 }, { name: 'oblique', turnsDeg: [12, -9, 20] },
  { name: 'uneven', extraGaps: [12, 30, 51].map((beforeSlice) => ({ beforeSlice, extraMm: 0.4 })), instanceOrder: 'shuffled' }
] as const
const noGoal = '(none set)'
const noContext = { bodyPart: 'ABDOMEN', description: '', contrastAgent: '', kernel: '', warnings: [] }

const { values: options } = parseArgs({ options: { volumes: { type: 'string', default: '40' }, each: { type: 'string' } } })

function recipes(count: number): PhantomRecipe[] {
  return Array.from({ length: count }, (_, index) => {
    const thickness = thicknesses[index % 4] ?? 3
    const { name: _name, ...stack } = stacks[(index >> 2) % 4] ?? stacks[0]
    const pixel = [0.7, 0.78, 0.86][index % 3] ?? 0.78
    return sampleRecipe({
      ...structuredClone(stack) as Partial<PhantomRecipe>, seed: 10_000 + index, noiseHu: noises[Math.floor(index / 10) % 4] ?? 12, blurMm: [0.4, 0.5, 0.65][(index >> 1) % 3] ?? 0.5,
      rows: 2 * Math.round(126 / pixel), columns: 2 * Math.round(182 / pixel), pixelSpacingMm: [pixel, pixel],
      slices: Math.round(384 / thickness), sliceSpacingMm: thickness, centreMm: [0, 0, -10]
    })
  })
}

function measure(recipe: PhantomRecipe, index: number, total: number): VolumeResult {
  const volume = renderVolume(recipe)
  const start = performance.now()
  const { candidates } = runProtocol('urinary-stones', volume, noContext)
  const ms = performance.now() - start
  const used = new Set<Candidate>()
  const pairs = volume.objects.map((truth): Pair => {
    const near = candidates.filter((candidate) => !used.has(candidate) && distance(candidate.centreMm, truth.centreMm) < Math.max(3, truth.diameterMm / 2))
    const found = near.toSorted((a, b) => distance(a.centreMm, truth.centreMm) - distance(b.centreMm, truth.centreMm))[0] ?? null
    if (found !== null) used.add(found)
    return { recipe, truth, found }
  })
  const mistaken = pairs.filter(({ truth, found }) => truth.kind !== 'stone' && found?.kind === 'stone').length
  const result = { recipe, pairs, ms, falseStones: mistaken + candidates.filter((candidate) => candidate.kind === 'stone' && !used.has(candidate)).length }
  if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${total} phantoms`)
  if (options.each !== undefined) appendFileSync(options.each, `${JSON.stringify(lineOf(result))}\n`)
  return result
}

function lineOf({ recipe, pairs, falseStones, ms }: VolumeResult): object {
  return {
    seed: recipe.seed, thicknessMm: recipe.sliceSpacingMm, noiseHu: recipe.noiseHu, tiltDeg: recipe.tiltDeg, falseStones, ms: Math.round(ms),
    objects: pairs.map(({ truth, found }) => ({
      kind: truth.kind, diameterMm: truth.diameterMm, hu: truth.hu, volumeMm3: Math.round(truth.volumeMm3 * 10) / 10,
      found: found === null ? null : { kind: found.kind, diameterMm: found.diameterMm, volumeMm3: found.volumeMm3, meanHu: found.meanHu, huVoxels: found.huVoxels }
    }))
  }
}

function print(all: readonly VolumeResult[]): void {
  const pairs = all.flatMap((result) => result.pairs)
  const groups = [['all', pairs], ...thicknesses.map((mm) => [`${mm} mm`, pairs.filter(({ recipe }) => recipe.sliceSpacingMm === mm)] as const)] as const
  process.stderr.write('\n')
  console.log(`${all.length} phantom volumes, ${pairs.filter(({ truth }) => truth.kind === 'stone').length} stones, ${pairs.filter(({ truth }) => truth.kind !== 'stone').length} mimics`)
  const falseRate = all.reduce((sum, { falseStones }) => sum + falseStones, 0) / all.length
  console.log(row(['measure', 'goal', ...groups.map(([name]) => name), 'met (all)']))
  for (const { name, goal, value, unit, isMet } of figures) {
    const values = groups.map(([, of]) => value(of))
    console.log(row([name, goal, ...values.map((number) => (Number.isNaN(number) ? '–' : `${number.toFixed(1)}${unit}`)), goal === noGoal ? '' : isMet(values[0] ?? Number.NaN) ? 'yes' : 'NO']))
  }
  console.log(row(['false stones a volume (mimics called stone count)', '≤ 0.5', falseRate.toFixed(2), '', '', '', '', falseRate <= 0.5 ? 'yes' : 'NO']))
  const times = all.map(({ ms }) => ms).toSorted((a, b) => a - b)
  console.log(`protocol, ms a volume: median ${(times[times.length >> 1] ?? 0).toFixed(0)}, most ${(times.at(-1) ?? 0).toFixed(0)}`)
  console.log(figures.map(({ name, goal, unit, value, isMet }) => jsonLine(name, value(pairs), unit.trim(), goal, isMet)).join('\n'))
  console.log(jsonLine('false stones a volume', falseRate, 'stones', '≤ 0.5', (value) => value <= 0.5))
}

function jsonLine(figure: string, value: number, unit: string, goal: string, isMet: (value: number) => boolean): string {
  const hasGoal = goal !== noGoal
  return JSON.stringify({ bench: 'stones', figure, value, unit, goal: hasGoal ? goal : null, met: hasGoal ? isMet(value) : null })
}

type Figure = Readonly<{ name: string, goal: string, unit: string, value: (pairs: readonly Pair[]) => number, isMet: (value: number) => boolean }>

const stonesOf = (pairs: readonly Pair[], overMm: number): readonly Pair[] => pairs.filter(({ truth }) => truth.kind === 'stone' && truth.diameterMm >= overMm)
const percent = (pairs: readonly Pair[], test: (pair: Pair) => boolean): number => (100 * pairs.filter(test).length) / pairs.length
const isFound = ({ found }: Pair): boolean => found?.kind === 'stone'
const diameterError = ({ truth, found }: Pair): number => Math.abs((found?.diameterMm ?? Number.NaN) - truth.diameterMm)
const volumeError = ({ truth, found }: Pair): number => (100 * Math.abs((found?.volumeMm3 ?? Number.NaN) - truth.volumeMm3)) / truth.volumeMm3
const measured = (pairs: readonly Pair[], overMm: number): readonly Pair[] => stonesOf(pairs, overMm).filter((pair) => isFound(pair) && pair.found?.diameterMm !== null)

/** One voxel along the way that the diameter runs: in the plane the pixel, through the slices their distance. */
function isDiameterRight({ recipe, truth, found }: Pair): boolean {
  const voxel = Math.max(recipe.pixelSpacingMm[0], 2 * (found?.diameterErrorMm ?? 0))
  return diameterError({ recipe, truth, found }) <= Math.max(0.5, voxel)
}

/** Density where voxels free of partial volume exist; what the noise itself leaves open (two standard errors) is not the ruler's fault. */
function isDensityRight({ recipe, truth, found }: Pair): boolean {
  const open = (2 * recipe.noiseHu) / Math.sqrt((found?.huVoxels ?? 1) / 3)
  return Math.abs((found?.meanHu ?? Number.NaN) - truth.hu) <= 1 + open
}

/** Stones with voxels free of partial volume. */
const free = (pairs: readonly Pair[]): readonly Pair[] => measured(pairs, 3).filter(({ found }) => (found?.huVoxels ?? 0) > 0)
const densityError = ({ truth, found }: Pair): number => Math.abs((found?.meanHu ?? Number.NaN) - truth.hu)
const most = (values: readonly number[]): number => (values.length === 0 ? Number.NaN : Math.max(...values))

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

const figures: readonly Figure[] = [
  { name: 'stones over 5 mm found', goal: '≥ 95 %', unit: ' %', value: (pairs) => percent(stonesOf(pairs, 5), isFound), isMet: (value) => value >= 95 },
  { name: 'stones from 3 mm found', goal: '≥ 90 %', unit: ' %', value: (pairs) => percent(stonesOf(pairs, 3), isFound), isMet: (value) => value >= 90 },
  { name: 'mimics named rightly', goal: noGoal, unit: ' %', value: (pairs) => percent(pairs.filter(({ truth }) => truth.kind !== 'stone'), ({ truth, found }) => found?.kind === truth.kind), isMet: () => true },
  { name: 'side right', goal: noGoal, unit: ' %', value: (pairs) => percent(stonesOf(pairs, 3).filter(isFound), ({ truth, found }) => found?.laterality === truth.laterality), isMet: () => true },
  { name: 'place right', goal: noGoal, unit: ' %', value: (pairs) => percent(stonesOf(pairs, 3).filter(isFound), ({ truth, found }) => found?.location === truth.location), isMet: () => true },
  { name: 'diameter within 0.5 mm or one voxel', goal: '100 %', unit: ' %', value: (pairs) => percent(measured(pairs, 3), isDiameterRight), isMet: (value) => value === 100 },
  { name: 'diameter error, median', goal: '≤ 0.5 mm', unit: ' mm', value: (pairs) => middle(measured(pairs, 3).map(diameterError)), isMet: (value) => value <= 0.5 },
  { name: 'volume within 5 %, over 5 mm', goal: '100 %', unit: ' %', value: (pairs) => percent(measured(pairs, 5), (pair) => volumeError(pair) <= 5), isMet: (value) => value === 100 },
  { name: 'volume error over 5 mm, median', goal: '≤ 5 %', unit: ' %', value: (pairs) => middle(measured(pairs, 5).map(volumeError)), isMet: (value) => value <= 5 },
  { name: 'volume error over 8 mm, median', goal: '≤ 5 %', unit: ' %', value: (pairs) => middle(measured(pairs, 8).map(volumeError)), isMet: (value) => value <= 5 },
  { name: 'density within 1 HU + 2 SE of noise', goal: '100 %', unit: ' %', value: (pairs) => percent(free(pairs), isDensityRight), isMet: (value) => value === 100 },
  { name: 'density error, median', goal: '≤ 1 HU', unit: ' HU', value: (pairs) => middle(free(pairs).map(densityError)), isMet: (value) => value <= 1 },
  { name: 'density error without noise, most', goal: '≤ 1 HU', unit: ' HU', value: (pairs) => most(free(pairs).filter(({ recipe }) => recipe.noiseHu === 0).map(densityError)), isMet: (value) => value <= 1 }
]

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(50) : cell.padStart(11))).join(' ')
}

print(recipes(Number(options.volumes)).map((recipe, index, all) => measure(recipe, index, all.length)))
