import type { Measurement, PointCss } from '../../../viewer/index.ts'

type Tool = Measurement['tool']

type MeasurementShapeProps = Readonly<{ measurement: Measurement; points: readonly PointCss[]; paneWidth: number; isSelected: boolean; onSelect: () => void }>

/** One measurement on the picture: shape, handles and its numbers. A click selects it. */
export function MeasurementShape({ measurement, points, paneWidth, isSelected, onSelect }: MeasurementShapeProps) {
  const { x, y, anchor } = labelPlace(measurement.tool, points, paneWidth)
  return (
    <g className="measurement" data-tool={measurement.tool} data-selected={isSelected} data-measurement={measurement.id} onPointerDown={onSelect}>
      <path className="measurement-halo" d={outline(measurement.tool, points)} />
      <path d={outline(measurement.tool, points)} />
      {isSelected ? points.map(([cx, cy], index) => <circle key={`${index}-${cx}`} className="handle" cx={cx} cy={cy} r={5} />) : null}
      <text x={x} y={y} textAnchor={anchor}>{lines(measurement.text).map((line, index) => <tspan key={line} x={x} dy={index === 0 ? 0 : 15}>{line}</tspan>)}</text>
    </g>
  )
}

/** A measurement being drawn, without numbers: they come when it is done. */
export function DraftShape({ tool, points }: Readonly<{ tool: Tool; points: readonly PointCss[] }>) {
  return (
    <g className="measurement measurement-draft">
      <path d={outline(tool, points)} />
      {points.map(([x, y], index) => <circle key={`${index}-${x}-${y}`} className="handle" cx={x} cy={y} r={4} />)}
    </g>
  )
}

function outline(tool: Tool, points: readonly PointCss[]): string {
  const [first, second] = points
  if (first === undefined) return ''
  if (tool === 'probe') return `M ${first[0] - 7} ${first[1]} h 5 m 4 0 h 5 M ${first[0]} ${first[1] - 7} v 5 m 0 4 v 5`
  if (tool !== 'ellipse') return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'} ${x} ${y}`).join(' ')
  if (second === undefined) return ''
  const rx = Math.abs(second[0] - first[0]) / 2
  const ry = Math.abs(second[1] - first[1]) / 2
  const cx = (first[0] + second[0]) / 2
  const cy = (first[1] + second[1]) / 2
  return `M ${cx - rx} ${cy} a ${rx} ${ry} 0 1 0 ${rx * 2} 0 a ${rx} ${ry} 0 1 0 ${-rx * 2} 0`
}

/** To the right of the drawing, or to its left where the pane ends. */
function labelPlace(tool: Tool, points: readonly PointCss[], paneWidth: number): Readonly<{ x: number; y: number; anchor: 'start' | 'end' }> {
  const first: PointCss = points[0] ?? [0, 0]
  const right = points.reduce((a, b) => (b[0] > a[0] ? b : a), first)
  const left = points.reduce((a, b) => (b[0] < a[0] ? b : a), first)
  const room = tool === 'ellipse' ? 270 : 110
  const isRight = right[0] + room < paneWidth || left[0] < room
  const y = tool === 'ellipse' ? (right[1] + left[1]) / 2 : (isRight ? right : left)[1] - 8
  return isRight ? { x: right[0] + 8, y, anchor: 'start' } : { x: left[0] - 8, y, anchor: 'end' }
}

/** Three values a line keep the text beside its drawing. */
function lines(text: string): readonly string[] {
  const parts = text.split(' · ')
  return Array.from({ length: Math.ceil(parts.length / 3) }, (_, row) => parts.slice(row * 3, row * 3 + 3).join(' · '))
}
