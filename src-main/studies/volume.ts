import { AppError } from '../../src-shared/errors.ts'
import type { Volume, VolumeGeometry } from '../../src-shared/volume.ts'
import type { WorkerPool } from '../platform/workers.ts'
import { whyNotViewable, type PlacedFrame, type SeriesFacts } from './describe.ts'
import type { Stack } from './geometry.ts'
import { frameSourceOf, type FrameSource } from './pixels/frame-source.ts'

export type LoadOptions = Readonly<{ signal?: AbortSignal, onProgress?: (fraction: number) => void }>
type Deps = Readonly<{ pool: WorkerPool, pathOf: (sha256: string) => string }>

const maxVoxelBytes = 4 * 1024 ** 3
const slicesPerTask = 4

/**
 * Decodes the stack of a series into one volume of Hounsfield units on shared memory, in geometric order. Uneven, incomplete and tilted
 * stacks come through with their geometry as it is, for the protocol to handle or refuse; what has no single geometry is refused here.
 * Throws AppError 'geometry-refused', 'cannot-decode', 'too-large' or the signal's reason.
 */
export async function loadVolume({ pool, pathOf }: Deps, facts: SeriesFacts, { signal, onProgress }: LoadOptions = {}): Promise<Volume> {
  const stack = usableStack(facts)
  const members = stack.members.flatMap((index) => facts.frames[index] ?? [])
  const pixel = members[0]?.instance.header.pixel
  if (pixel === null || pixel === undefined) throw new AppError('geometry-refused', 'The series has no images.')
  const { rows, columns } = pixel
  const perSlice = rows * columns
  if (perSlice * members.length * 2 > maxVoxelBytes) throw new AppError('too-large', 'The series is too large to be measured as one volume.')
  const voxels = new SharedArrayBuffer(perSlice * members.length * 2)
  const slices = members.map(({ instance, frameNumber, facts: frame }, index) => ({
    source: withoutForeignPadding(frameSourceOf(pathOf(instance.sha256), instance, frameNumber), instance.header.series.modality), offset: index * perSlice,
    slope: frame.rescaleSlope ?? 1, intercept: frame.rescaleIntercept ?? 0
  }))
  let done = 0
  const tasks = Array.from({ length: Math.ceil(slices.length / slicesPerTask) }, (_, index) => slices.slice(index * slicesPerTask, (index + 1) * slicesPerTask))
  await Promise.all(tasks.map((task) => pool.run({
    name: 'fill', timeoutMs: 300_000, input: { voxels, slices: task }, ...(signal === undefined ? {} : { signal }),
    onProgress: () => { onProgress?.(++done / slices.length) }
  })))
  return { columns, rows, slices: members.length, voxels: new Int16Array(voxels), geometry: geometryOf(stack, members, facts.sliceThicknessMm) }
}

/** Only in CT is padding air; elsewhere (MR pads with a plain zero) it is a value like any other. */
function withoutForeignPadding(source: FrameSource, modality: string): FrameSource {
  return modality === 'CT' ? source : { ...source, pixel: { ...source.pixel, pixelPaddingValue: null } }
}

/** The stack, when it is one geometry and its values are Hounsfield units; a sentence else. */
function usableStack({ frames, geometry, warnings }: SeriesFacts): Stack {
  const { stack } = geometry
  const refuse = (reason: string): never => { throw new AppError('geometry-refused', `${reason} No volume is measured on it.`) }
  if (stack === null) return refuse('The images carry no position in the patient.')
  const members = stack.members.flatMap((index) => frames[index] ?? [])
  // A few localizers of another orientation may lie in the same series; anything more is a mixture.
  const others = frames.length - stack.members.length
  if (others * 10 > stack.members.length) return refuse(warnings.find(({ code }) => code.startsWith('mixed-') || code === 'no-position' || code === 'several-stacks')?.text ?? 'The series mixes images of different geometry.')
  if (members.some(({ instance }) => instance.header.pixel?.modalityLut !== undefined)) return refuse('The values go through a lookup table, so there are no Hounsfield units.')
  if (stack.duplicates > 0) return refuse(`${stack.duplicates} ${stack.duplicates === 1 ? 'slice lies' : 'slices lie'} at the place of another.`)
  if (stack.pixelSpacingMm === null) return refuse('The pixel spacing is missing or zero.')
  if (members.some(({ facts }) => facts.rescaleSlope === null || facts.rescaleIntercept === null)) return refuse('The rescale values can not be read, so there are no Hounsfield units.')
  if (members.some(({ instance, facts }) => instance.header.series.modality === 'CT' && facts.isUnscaled === true)) return refuse('The images name no rescale values, so there are no Hounsfield units.')
  if (members.some(({ instance }) => (instance.header.pixel?.samplesPerPixel ?? 1) > 1)) return refuse('The images are in colour.')
  const unreadable = members.map(({ instance }) => whyNotViewable(instance)).find((reason) => reason !== null)
  if (unreadable !== undefined) throw new AppError('cannot-decode', unreadable)
  return stack
}

function geometryOf(stack: Stack, members: readonly PlacedFrame[], sliceThicknessMm: number | null): VolumeGeometry {
  const [between = 1, across = 1] = stack.pixelSpacingMm ?? []
  return {
    originsMm: members.map(({ facts }) => facts.positionMm ?? [0, 0, 0]),
    rowDirection: stack.rowDirection, columnDirection: stack.columnDirection, normal: stack.normal,
    pixelSpacingMm: [between, across], sliceGapsMm: stack.gapsMm, sliceSpacingMm: stack.sliceSpacingMm ?? sliceThicknessMm ?? 1, sliceThicknessMm,
    isEven: stack.gapsMm.length === 0 || stack.isEven, gantryTiltDeg: stack.gantryTiltDeg
  }
}
