import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { itemsOf, type DataSet } from './data-set.ts'
import type { FrameFacts } from './instance-header.ts'
import { ultrasoundSpacing } from './spacing-facts.ts'
import { stackFactsOf, stackFactsOfGroups } from './stack-facts.ts'
import { Tag } from './tags.ts'
import { asciiString, asciiStrings, decimal, decimalTuple, decimals, parseDecimal } from './values.ts'

type Pair = [number, number]

/** One entry for all frames, or one each where per-frame functional groups say so (PS3.3 C.7.6.16). */
export function readFrameFacts(dataSet: DataSet, frameCount: number, spacingMm: Pair | null): FrameFacts[] {
  const perFrame = itemsOf(dataSet, Tag.perFrameFunctionalGroups)
  const shared = itemsOf(dataSet, Tag.sharedFunctionalGroups)[0] ?? null
  const phase = stackFactsOf(dataSet)
  if (perFrame.length === 0 && shared === null) return [{ ...factsOf([dataSet], spacingMm), ...(phase === null ? {} : { stack: phase }) }]
  if (perFrame.length === 0) return [factsOf(groupsOf(shared, dataSet), spacingMm)]
  const ofAll = groupsOf(shared, dataSet)
  return Array.from({ length: frameCount }, (_, index) => {
    const own = perFrame[index] ?? null
    const stack = stackFactsOfGroups([own, shared].filter((group) => group !== null), dataSet)
    return { ...factsOf([...groupsOf(own, null), ...ofAll], spacingMm), stack }
  })
}

const groupTags = [Tag.planePositionSequence, Tag.planeOrientationSequence, Tag.pixelMeasuresSequence, Tag.pixelValueTransformationSequence, Tag.frameVoiLutSequence]

/** The macros of one functional group item, then the data set itself as a last resort. */
function groupsOf(group: DataSet | null, fallback: DataSet | null): DataSet[] {
  const macros = group === null ? [] : groupTags.flatMap((tag) => itemsOf(group, tag).slice(0, 1))
  return fallback === null ? macros : [...macros, fallback]
}

/** Each attribute from the first of `sources` that has it. */
function factsOf(sources: readonly DataSet[], spacingMm: Pair | null): FrameFacts {
  const holding = (tag: number) => sources.find((source) => (source.elements.get(tag)?.length ?? 0) > 0)
  const tuple = (tag: number, length: number) => { const source = holding(tag); return source === undefined ? null : decimalTuple(source, tag, length) }
  const number = (tag: number) => { const source = holding(tag); return source === undefined ? null : decimal(source, tag) }
  const orElse = (tag: number, missing: number) => holding(tag) === undefined ? missing : number(tag)
  const typeSource = holding(Tag.rescaleType)
  const voi = holding(Tag.windowCenter)
  const [x, y, z] = tuple(Tag.imagePosition, 3) ?? []
  return {
    positionMm: x === undefined || y === undefined || z === undefined ? null : [x, y, z],
    orientation: orthonormal(tuple(Tag.imageOrientation, 6)),
    pixelSpacingMm: positivePair(tuple(Tag.pixelSpacing, 2)) ?? spacingMm,
    sliceThicknessMm: number(Tag.sliceThickness),
    rescaleSlope: nonZero(orElse(Tag.rescaleSlope, 1)), rescaleIntercept: orElse(Tag.rescaleIntercept, 0),
    rescaleType: typeSource === undefined ? '' : asciiString(typeSource, Tag.rescaleType),
    ...(holding(Tag.rescaleSlope) === undefined && holding(Tag.rescaleIntercept) === undefined ? { isUnscaled: true } : {}),
    ...windowsOf(voi)
  }
}

const nonZero = (slope: number | null) => slope === 0 ? null : slope

function windowsOf(source: DataSet | undefined): { windowCenters: number[], windowWidths: number[] } {
  if (source === undefined) return { windowCenters: [], windowWidths: [] }
  const widths = decimals(source, Tag.windowWidth)
  const pairs = decimals(source, Tag.windowCenter).flatMap((center, index): Pair[] => {
    const width = widths[index]
    return center === null || width === null || width === undefined || width <= 0 ? [] : [[center, width]]
  })
  return { windowCenters: pairs.map(([center]) => center), windowWidths: pairs.map(([, width]) => width) }
}

/** Six numbers that are two unit vectors at right angles, within what rounding to a few digits does; else null. Made exactly one long: millimetres are counted in them. */
function orthonormal(values: number[] | null): number[] | null {
  if (values === null) return null
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values
  const right = Math.hypot(a, b, c), down = Math.hypot(d, e, f)
  const isUnit = Math.abs(right - 1) < 0.01 && Math.abs(down - 1) < 0.01
  return isUnit && Math.abs(a * d + b * e + c * f) < 0.01 ? [a / right, b / right, c / right, d / down, e / down, f / down] : null
}

function positivePair(values: number[] | null): Pair | null {
  const [first = 0, second = 0] = values ?? []
  return first > 0 && second > 0 ? [first, second] : null
}

/** Modalities whose pictures are shadows on a detector. */
export const projections: ReadonlySet<string> = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'IO', 'PX', 'RG', 'RTIMAGE'])

/** Spacing of the instance as a whole, and where its millimetres come from: a detector's are not the body's (PS3.3 10.7.1.3). */
export function readSpacing(dataSet: DataSet, modality: string): { spacingMm: Pair | null, basis: SeriesDescription['spacingBasis'] } {
  const own = positivePair(decimalTuple(dataSet, Tag.pixelSpacing, 2))
  const imager = positivePair(decimalTuple(dataSet, Tag.imagerPixelSpacing, 2))
  if (own !== null) {
    const isCalibrated = imager !== null ? own[0] !== imager[0] || own[1] !== imager[1] : asciiString(dataSet, Tag.pixelSpacingCalibrationType) !== ''
    return { spacingMm: own, basis: projections.has(modality) && !isCalibrated ? 'detector' : 'body' }
  }
  if (imager !== null) return { spacingMm: imager, basis: 'detector' }
  const region = modality === 'US' || modality === 'IVUS' ? ultrasoundSpacing(dataSet) : null
  if (region !== null) return { spacingMm: region, basis: 'ultrasound-region' }
  const enhanced = itemsOf(dataSet, Tag.sharedFunctionalGroups).length + itemsOf(dataSet, Tag.perFrameFunctionalGroups).length > 0
  return { spacingMm: null, basis: enhanced ? 'body' : 'none' }
}

/** True where an attribute is there but holds no number, as "abc" for a slope. */
export function isUnreadableNumber(dataSet: DataSet, tag: number): boolean {
  const [first] = asciiStrings(dataSet, tag)
  return first !== undefined && first !== '' && parseDecimal(first) === null
}
