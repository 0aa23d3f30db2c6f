import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { dot, subtract } from '../../../src-shared/vector.ts'
import { planesOf, stackAround } from './frame-planes.ts'

/**
 * The frames at the place of one, in every stack of its series (phases, echoes), its own among them, in the order of the stacks: what a cine of one
 * slice through time plays. Only itself where the series holds one stack.
 */
export function framesAtPlace(series: SeriesDescription, index: number): number[] {
  const planes = planesOf(series)
  const here = planes[index]
  if (here === undefined || series.stacks === undefined) return here === undefined ? [] : [index]
  return series.stacks.flatMap(({ firstIndex }) => {
    const { first, end } = stackAround(series, firstIndex)
    const at = planes.slice(first, end).findIndex((plane) => dot(plane.normal, here.normal) > 0.999 && Math.abs(dot(subtract(plane.originMm, here.originMm), here.normal)) < here.halfThicknessMm / 2)
    return at < 0 ? [] : [first + at]
  })
}
