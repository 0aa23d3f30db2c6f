import type { Measurement, PointCss } from '../types.ts'
import { isRemark } from './tools.ts'

export type Box = Readonly<{ x: number; y: number; width: number; height: number }>
/** Where the words of a measurement stand. `leader`: a line from the words to the drawing, where they stand off it. */
export type LabelPlace = Readonly<{ box: Box; leader: readonly [PointCss, PointCss] | null }>
export type LabelWish = Readonly<{ lines: readonly (readonly PointCss[])[]; textLines: readonly string[] }>

/** Of 12 px Inter: rather too wide than too narrow. */
const charWidthPx = 6.7
const lineHeightPx = 15
const gapPx = 8

/** A line of values is no longer than this, so that it stays beside its drawing, and in a small pane. */
const lineLength = 48

/** The words beside a drawing: its label, then its values, at most three to a line. */
export function labelLines({ tool, label, text }: Pick<Measurement, 'tool' | 'label' | 'text'>): readonly string[] {
  const parts = text === '' ? [] : text.split(' · ')
  const rows: string[][] = []
  for (const part of parts) {
    const row = rows.at(-1)
    if (row === undefined || row.length === 3 || [...row, part].join(' · ').length > lineLength) rows.push([part])
    else row.push(part)
  }
  const values = rows.map((row) => row.join(' · '))
  return label === '' || isRemark(tool) ? label === '' ? values : [label] : [label, ...values]
}

/**
 * Places for the words of several measurements: in the pane, off their own drawing, and off each other and the other drawings as far as there is
 * room. Each tries the sides of its drawing near first, then further off; the first free place wins, else the one that covers least.
 */
export function placeLabels(wishes: readonly LabelWish[], pane: Readonly<{ width: number; height: number }>): readonly LabelPlace[] {
  const taken: Box[] = []
  const samples = wishes.map(({ lines }) => lines.flatMap(sampled))
  return wishes.map((wish, at) => {
    const size = { width: Math.max(0, ...wish.textLines.map((line) => line.length)) * charWidthPx, height: wish.textLines.length * lineHeightPx }
    const candidates = candidatesAround(boundsOf(wish.lines.flat()), size).map((box) => within(box, pane))
    const costs = candidates.map((box, order) => {
      const covered = samples.reduce((sum, points, of) => sum + points.filter((point) => isIn(box, point)).length * (of === at ? 100 : 15), 0)
      return order + covered + taken.reduce((sum, other) => sum + sharedArea(box, other), 0) * 10
    })
    const box = candidates[costs.indexOf(Math.min(...costs))] ?? { x: 0, y: 0, ...size }
    taken.push(box)
    return { box, leader: leaderOf(box, wish.lines) }
  })
}

function boundsOf(points: readonly PointCss[]): Box {
  const xs = points.map(([x]) => x), ys = points.map(([, y]) => y)
  const x = Math.min(...xs), y = Math.min(...ys)
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

function candidatesAround({ x, y, width, height }: Box, size: Pick<Box, 'width' | 'height'>): readonly Box[] {
  return [gapPx, gapPx * 4, gapPx * 9].flatMap((gap) => {
    const right = x + width + gap, left = x - gap - size.width, above = y - gap - size.height, below = y + height + gap
    const middle = y + height / 2 - size.height / 2, across = x + width / 2 - size.width / 2
    return [
      [right, above + gap], [right, middle], [left, middle], [right, below - gap], [left, above + gap], [left, below - gap], [across, below], [across, above], [right, below], [left, above]
    ].map(([atX = 0, atY = 0]) => ({ x: atX, y: atY, ...size }))
  })
}

/** The words stay in the pane whole where it has room for them. */
function within(box: Box, pane: Readonly<{ width: number; height: number }>): Box {
  const clamp = (value: number, most: number) => Math.max(2, Math.min(value, most))
  return { ...box, x: clamp(box.x, pane.width - box.width - 2), y: clamp(box.y, pane.height - box.height - 2) }
}

function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}

function isIn(box: Box, [x, y]: PointCss): boolean {
  return x >= box.x - 2 && x <= box.x + box.width + 2 && y >= box.y - 2 && y <= box.y + box.height + 2
}

/** Points of a line, at least one every 6 pixels. */
function sampled(line: readonly PointCss[]): readonly PointCss[] {
  return line.flatMap((to, at): readonly PointCss[] => {
    const from = line[at - 1]
    if (from === undefined) return [to]
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 6))
    return Array.from({ length: steps }, (_, step): PointCss => [from[0] + ((to[0] - from[0]) * (step + 1)) / steps, from[1] + ((to[1] - from[1]) * (step + 1)) / steps])
  })
}

/** From the edge of the words to the nearest corner of the drawing, where they are further apart than words beside it are. */
function leaderOf(box: Box, lines: readonly (readonly PointCss[])[]): LabelPlace['leader'] {
  const ends = lines.flat().map((point): readonly [PointCss, PointCss] => {
    const onEdge: PointCss = [Math.max(box.x, Math.min(point[0], box.x + box.width)), Math.max(box.y, Math.min(point[1], box.y + box.height))]
    return [onEdge, point]
  })
  const size = ([a, b]: readonly [PointCss, PointCss]) => Math.hypot(a[0] - b[0], a[1] - b[1])
  const [first, ...rest] = ends
  if (first === undefined) return null
  const nearest = rest.reduce((a, b) => (size(b) < size(a) ? b : a), first)
  return size(nearest) > gapPx * 2 ? nearest : null
}
