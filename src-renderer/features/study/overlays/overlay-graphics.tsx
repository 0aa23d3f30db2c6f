import type { PointMm } from '../../../../src-shared/ids.ts'
import type { OverlayColour } from '../../../../src-shared/overlays.ts'
import type { OverlayShape, PaneView, PointCss } from '../../../viewer/index.ts'

type Place = Extract<OverlayShape, { kind: 'text' }>['at']

/** What other objects drew, on the picture of one pane. Points are mm, projected at each drawing. */
export function OverlayGraphics({ shapes, view }: Readonly<{ shapes: readonly OverlayShape[]; view: PaneView }>) {
  return <g className="overlays">{shapes.map((shape) => <Shape key={shape.key} shape={shape} view={view} />)}</g>
}

function Shape({ shape, view }: Readonly<{ shape: OverlayShape; view: PaneView }>) {
  const colour = rgb(shape.colour)
  switch (shape.kind) {
    case 'area': return <Area shape={shape} view={view} />
    case 'line': return <path className="object-line" data-overlay={shape.key} d={shape.lines.map((line) => linePath(view, line)).join('')} style={{ stroke: colour }} />
    case 'dots': return <path className="object-dots" data-overlay={shape.key} d={placed(view, shape.at).map(([x, y]) => `M ${px(x - 5)} ${px(y)} h 10 M ${px(x)} ${px(y - 5)} v 10`).join('')} style={{ stroke: colour }} />
    case 'cover': return <path className="object-cover" data-overlay={shape.key} d={ringsPath(view, [shape.frame, ...shape.rings])} />
    case 'text': return <Words shape={shape} view={view} />
  }
}

/** Outlined by its rings, or, where these only touch each other, filled and then outlined by its edges. */
function Area({ shape: { key, rings, edges, isFilled, colour }, view }: Readonly<{ shape: Extract<OverlayShape, { kind: 'area' }>; view: PaneView }>) {
  const stroke = rgb(colour)
  const d = ringsPath(view, rings)
  if (!isFilled) return <path className="object-ring" data-overlay={key} d={d} style={{ stroke }} />
  if (edges === undefined) return <path className="object-area" data-overlay={key} d={d} style={{ stroke, fill: stroke }} />
  return (
    <g data-overlay={key}>
      <path className="object-area" d={d} style={{ stroke: 'none', fill: stroke }} />
      <path className="object-line" d={edges.map((edge) => linePath(view, edge)).join('')} style={{ stroke }} />
    </g>
  )
}

function Words({ shape: { key, at, lines, isBeside, colour }, view }: Readonly<{ shape: Extract<OverlayShape, { kind: 'text' }>; view: PaneView }>) {
  const point = view.project(mm(at))
  if (point === null) return null
  const x = px(point[0] + (isBeside ? 8 : 0))
  return (
    <text className="object-text" data-overlay={key} x={x} y={px(point[1] + (isBeside ? -8 : 12))} style={{ fill: rgb(colour) }}>
      {lines.map((line, index) => <tspan key={`${String(index)}${line}`} x={x} dy={index === 0 ? 0 : 15}>{line}</tspan>)}
    </text>
  )
}

const rgb = ([red, green, blue]: OverlayColour) => `rgb(${red} ${green} ${blue})`
/** A tenth of a pixel: finer does not show, and makes paths long. */
const px = (value: number) => Math.round(value * 10) / 10
const mm = (place: Place): PointMm => [place[0], place[1], place[2]]

function placed(view: PaneView, points: readonly Place[]): PointCss[] {
  return points.flatMap((point) => { const at = view.project(mm(point)); return at === null ? [] : [at] })
}

function linePath(view: PaneView, points: readonly Place[]): string {
  return placed(view, points).map(([x, y], index) => `${index === 0 ? 'M' : 'L'} ${px(x)} ${px(y)}`).join('')
}

function ringsPath(view: PaneView, rings: readonly (readonly Place[])[]): string {
  return rings.map((ring) => `${linePath(view, ring)}Z`).join('')
}
