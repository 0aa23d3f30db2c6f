import type { Measurement, PointCss } from '../../../viewer/index.ts'

type Tool = Measurement['tool']

/** One measurement on the picture: shape, handles and its numbers. A click selects it. */
export function MeasurementShape({ measurement, points, isSelected, onSelect }: Readonly<{ measurement: Measurement; points: readonly PointCss[]; isSelected: boolean; onSelect: () => void }>) {
  const [x, y] = labelPlace(measurement.tool, points)
  return (
    <g className="measurement" data-tool={measurement.tool} data-selected={isSelected} data-measurement={measurement.id} onPointerDown={onSelect}>
      <path className="measurement-halo" d={outline(measurement.tool, points)} />
      <path d={outline(measurement.tool, points)} />
      {isSelected ? points.map(([cx, cy], index) => <circle key={`${index}-${cx}`} className="handle" cx={cx} cy={cy} r={5} />) : null}
      <text x={x} y={y}>{lines(measurement.text).map((line, index) => <tspan key={line} x={x} dy={index === 0 ? 0 : 15}>{line}</tspan>)}</text>
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

function labelPlace(tool: Tool, points: readonly PointCss[]): PointCss {
  const right = points.reduce((a, b) => (b[0] > a[0] ? b : a), points[0] ?? [0, 0])
  const lowest = Math.max(...points.map(([, y]) => y), 0)
  return tool === 'ellipse' ? [right[0] + 8, lowest - 24] : [right[0] + 8, right[1] - 8]
}

/** Three values a line keep the text beside its drawing. */
function lines(text: string): readonly string[] {
  const parts = text.split(' · ')
  return Array.from({ length: Math.ceil(parts.length / 3) }, (_, row) => parts.slice(row * 3, row * 3 + 3).join(' · '))
}
