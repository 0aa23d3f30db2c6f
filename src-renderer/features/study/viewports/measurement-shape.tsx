import type { LabelPlace, Measurement, Outline, PointCss } from '../../../viewer/index.ts'

type MeasurementShapeProps = Readonly<{
  measurement: Measurement
  outline: Outline
  textLines: readonly string[]
  place: LabelPlace
  isSelected: boolean
  onSelect: () => void
  onWrite: () => void
}>

/** CSS pixels from one line of words to the next; `place` counts with it too. */
const lineHeightPx = 15

/** One measurement on the picture: its lines with a dark edge, its words with a leader where they stand off it, its handles while it is selected. */
export function MeasurementShape({ measurement, outline, textLines, place, isSelected, onSelect, onWrite }: MeasurementShapeProps) {
  const d = pathOf(outline.lines)
  const { box, leader } = place
  return (
    <g className="measurement" data-tool={measurement.tool} data-selected={isSelected} data-measurement={measurement.id} onPointerDown={onSelect} onDoubleClick={onWrite}>
      {leader === null ? null : <path className="measurement-leader" d={pathOf([leader])} />}
      <path className="measurement-halo" d={d} />
      <path className="measurement-line" d={d} />
      {outline.aids.length === 0 ? null : <path className="measurement-aid" d={pathOf(outline.aids)} />}
      {isSelected ? outline.handles.map(([cx, cy], at) => <circle key={`handle ${String(at)}`} className="handle" cx={cx} cy={cy} r={5} />) : null}
      <text x={box.x} y={box.y + 12}>{textLines.map((line, at) => <tspan key={`${String(at)} ${line}`} x={box.x} dy={at === 0 ? 0 : lineHeightPx}>{line}</tspan>)}</text>
    </g>
  )
}

/** A measurement being drawn, without numbers: they come when it is done. */
export function DraftShape({ outline }: Readonly<{ outline: Outline }>) {
  const d = pathOf(outline.lines)
  return (
    <g className="measurement measurement-draft">
      <path className="measurement-halo" d={d} />
      <path className="measurement-line" d={d} />
      {outline.handles.map(([x, y], at) => <circle key={`handle ${String(at)}`} className="handle" cx={x} cy={y} r={4} />)}
    </g>
  )
}

function pathOf(lines: readonly (readonly PointCss[])[]): string {
  return lines.map((line) => line.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`).join('')).join('')
}
