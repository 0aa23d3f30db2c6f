import type { Volume, VolumeGeometry } from '../../../src-shared/volume.ts'
import { dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import { abdomen, waterPhantom } from './anatomy.ts'
import { placeObjects, type PlacedObject } from './objects.ts'
import { createRandom, normalTable } from './random.ts'
import type { PhantomRecipe } from './recipe.ts'
import { halfExtentMm, unitDistance, type Shape } from './shapes.ts'
import { stackOf } from './stack.ts'

export type Scene = Readonly<{ recipe: PhantomRecipe, geometry: VolumeGeometry, objects: readonly PlacedObject[], shapes: readonly Shape[] }>

export function sceneOf(recipe: PhantomRecipe): Scene {
  const objects = placeObjects(recipe)
  const background = recipe.anatomy === 'water' ? waterPhantom() : abdomen(recipe)
  return { recipe, geometry: stackOf(recipe), objects, shapes: [...background, ...objects.flatMap((object) => object.shapes)] }
}

/** Renders slices one at a time, so that a phantom of any length needs the memory of one slice. Output: HU, row by row. */
export function createRenderer(scene: Scene): (slice: number) => Int16Array {
  const { recipe } = scene
  const normals = normalTable()
  const field = new Float32Array(recipe.rows * recipe.columns)
  const spare = new Float32Array(field.length)
  const kernels = blurKernels(recipe)
  return (slice) => {
    field.fill(-1000)
    for (const shape of scene.shapes) paint(field, scene, shape, slice)
    addNoise(field, recipe, slice, normals, noiseGain(kernels))
    if (recipe.blurMm > 0) blur(field, spare, recipe, kernels)
    return toHu(field)
  }
}

function toHu(field: Float32Array): Int16Array {
  const values = new Int16Array(field.length)
  for (let index = 0; index < field.length; index++) values[index] = Math.max(-1024, Math.min(3071, Math.round(field[index] ?? 0)))
  return values
}

/** The whole phantom in memory, on a SharedArrayBuffer. */
export function renderVolume(recipe: PhantomRecipe): Volume & { objects: readonly PlacedObject[] } {
  const scene = sceneOf(recipe)
  const { rows, columns } = recipe
  const slices = scene.geometry.originsMm.length
  const voxels = new Int16Array(new SharedArrayBuffer(rows * columns * slices * 2))
  const render = createRenderer(scene)
  for (let slice = 0; slice < slices; slice++) voxels.set(render(slice), slice * rows * columns)
  return { rows, columns, slices, voxels, geometry: scene.geometry, objects: scene.objects }
}

type Box = { firstRow: number, lastRow: number, firstColumn: number, lastColumn: number }

function paint(field: Float32Array, scene: Scene, shape: Shape, slice: number): void {
  const { geometry, recipe } = scene
  const origin = geometry.originsMm[slice]
  if (origin === undefined) return
  const halfThickness = (geometry.sliceThicknessMm ?? geometry.sliceSpacingMm) / 2
  const offset = subtract(origin, shape.centre)
  if (Math.abs(dot(offset, geometry.normal)) > halfExtentMm(shape, geometry.normal) + halfThickness) return
  const box = boxOf(recipe, geometry, shape, offset)
  const stepColumn = mapped(shape, scale(geometry.rowDirection, geometry.pixelSpacingMm[1]))
  const stepRow = mapped(shape, scale(geometry.columnDirection, geometry.pixelSpacingMm[0]))
  const stepSlice = mapped(shape, scale(geometry.normal, 2 * halfThickness))
  const start = mapped(shape, offset)
  const reach = (length(stepColumn) + length(stepRow) + length(stepSlice)) / 2
  for (let row = box.firstRow; row <= box.lastRow; row++) {
    for (let column = box.firstColumn; column <= box.lastColumn; column++) {
      const x = start[0] + row * stepRow[0] + column * stepColumn[0]
      const y = start[1] + row * stepRow[1] + column * stepColumn[1]
      const z = start[2] + row * stepRow[2] + column * stepColumn[2]
      const away = unitDistance(shape, x, y, z)
      if (away > 1 + reach) continue
      const share = away + reach < 1 ? 1 : coverage(shape, x, y, z, stepColumn, stepRow, stepSlice)
      const index = row * recipe.columns + column
      field[index] = (field[index] ?? 0) * (1 - share) + shape.hu * share
    }
  }
}

/** Share of a voxel that a shape fills, from a regular grid of points inside it. */
function coverage(shape: Shape, x: number, y: number, z: number, stepColumn: Vector, stepRow: Vector, stepSlice: Vector): number {
  const across = shape.samples
  const deep = shape.samples + (shape.samples > 2 ? 5 : 1)
  let inside = 0
  for (let k = 0; k < deep; k++) {
    const c = (k + 0.5) / deep - 0.5
    for (let j = 0; j < across; j++) {
      const b = (j + 0.5) / across - 0.5
      for (let i = 0; i < across; i++) {
        const a = (i + 0.5) / across - 0.5
        const px = x + a * stepColumn[0] + b * stepRow[0] + c * stepSlice[0]
        const py = y + a * stepColumn[1] + b * stepRow[1] + c * stepSlice[1]
        const pz = z + a * stepColumn[2] + b * stepRow[2] + c * stepSlice[2]
        if (unitDistance(shape, px, py, pz) <= 1) inside++
      }
    }
  }
  return inside / (deep * across * across)
}

function boxOf(recipe: PhantomRecipe, geometry: VolumeGeometry, shape: Shape, offset: Vector): Box {
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  const along = -dot(offset, geometry.rowDirection) / columnSpacing
  const down = -dot(offset, geometry.columnDirection) / rowSpacing
  const wide = halfExtentMm(shape, geometry.rowDirection) / columnSpacing + 1
  const tall = halfExtentMm(shape, geometry.columnDirection) / rowSpacing + 1
  return {
    firstColumn: Math.max(0, Math.floor(along - wide)), lastColumn: Math.min(recipe.columns - 1, Math.ceil(along + wide)),
    firstRow: Math.max(0, Math.floor(down - tall)), lastRow: Math.min(recipe.rows - 1, Math.ceil(down + tall))
  }
}

const mapped = (shape: Shape, vector: Vector): Vector => [dot(shape.axes[0], vector), dot(shape.axes[1], vector), dot(shape.axes[2], vector)]

/** White noise before the blur, raised so that its standard deviation after the blur is the recipe's; its grain is then that of a real kernel. */
function addNoise(field: Float32Array, recipe: PhantomRecipe, slice: number, normals: Float32Array, gain: number): void {
  if (recipe.noiseHu === 0) return
  const random = createRandom(Math.imul(recipe.seed, 0x9e3779b1) ^ Math.imul(slice + 1, 0x85ebca6b))
  const strength = recipe.noiseHu * gain
  for (let index = 0; index < field.length; index++) {
    field[index] = (field[index] ?? 0) + strength * (normals[random.bits() & 4095] ?? 0)
  }
}

type Kernels = Readonly<{ along: Float64Array, down: Float64Array }>

function blurKernels(recipe: PhantomRecipe): Kernels {
  return { along: gaussian(recipe.blurMm / recipe.pixelSpacingMm[1]), down: gaussian(recipe.blurMm / recipe.pixelSpacingMm[0]) }
}

function noiseGain({ along, down }: Kernels): number {
  const energy = (kernel: Float64Array): number => kernel.reduce((sum, weight) => sum + weight * weight, 0)
  return 1 / Math.sqrt(energy(along) * energy(down))
}

function gaussian(sigma: number): Float64Array {
  const radius = sigma === 0 ? 0 : Math.max(1, Math.ceil(3 * sigma))
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, index) => (sigma === 0 ? 1 : Math.exp(-((index - radius) ** 2) / (2 * sigma * sigma))))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function blur(field: Float32Array, spare: Float32Array, recipe: PhantomRecipe, kernels: Kernels): void {
  const { rows, columns } = recipe
  convolve(field, spare, rows, columns, kernels.along, 1)
  convolve(spare, field, rows, columns, kernels.down, columns)
}

/** One-dimensional convolution along columns (`stride` 1) or rows; the border repeats its last value. */
function convolve(from: Float32Array, to: Float32Array, rows: number, columns: number, kernel: Float64Array, stride: number): void {
  const radius = kernel.length >> 1
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = stride === 1 ? column : row
      const last = (stride === 1 ? columns : rows) - 1
      const index = row * columns + column
      let sum = 0
      for (let tap = -radius; tap <= radius; tap++) {
        const other = at + tap < 0 ? 0 : at + tap > last ? last : at + tap
        sum += (kernel[tap + radius] ?? 0) * (from[index + (other - at) * stride] ?? 0)
      }
      to[index] = sum
    }
  }
}
