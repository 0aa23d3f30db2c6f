import { useEffect, useRef, useState } from 'react'
import type uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { BiometricRow, Intervention } from '../../../src-shared/glasses.ts'
import { messageOf } from '../../api/failures.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { usePlotLibrary } from './plot-library.ts'
import { plotText, seriesOf, vitals, type VitalName } from './glasses-texts.ts'

type Range = Readonly<{ from: number, to: number }>
type PlotsProps = Readonly<{ rows: readonly BiometricRow[], interventions: readonly Intervention[], range: Range, onOpen: (id: number) => void }>

const axisPx = 28
const plotPx = 56

/** Four small plots on one time axis. Dragging over one zooms all; a double click shows the whole span again. */
export function Plots({ rows, interventions, range, onOpen }: PlotsProps) {
  const [zoom, setZoom] = useState<Range | null>(null)
  const marks = interventions.filter(({ decision }) => decision === 'yes')
  const span = zoom ?? range
  const library = usePlotLibrary()
  if (library.data === undefined) return library.isError ? <ErrorState title="The plots can't be drawn" message={messageOf(library.error)} onRetry={() => { void library.refetch() }} /> : <Skeleton height={4 * plotPx + axisPx} />
  const Library = library.data
  return (
    <div className="glasses-plots">
      {vitals.map((vital, index) => <Plot key={vital.name} {...vital} Library={Library} rows={rows} marks={marks} span={span} hasAxis={index === vitals.length - 1} onZoom={setZoom} />)}
      {marks.length === 0 ? null : (
        <div className="glasses-marks" aria-label="Decisions to act, on the time axis">
          {marks.map((mark) => {
            const at = (Date.parse(mark.createdAt) / 1000 - span.from) / (span.to - span.from)
            return at < 0 || at > 1 ? null : <button key={mark.id} type="button" className="glasses-mark" style={{ left: `${at * 100}%` }} aria-label={`Decision of ${new Date(mark.createdAt).toLocaleTimeString('en-GB')}`} title={mark.reasoning} onClick={() => { onOpen(mark.id) }} />
          })}
        </div>
      )}
      {zoom === null ? null : <button type="button" className="button button-quiet glasses-unzoom" onClick={() => { setZoom(null) }}>Show all</button>}
    </div>
  )
}

type PlotProps = Readonly<{ Library: typeof uPlot, name: VitalName, title: string, unit: string, range: readonly [number, number], rows: readonly BiometricRow[], marks: readonly Intervention[], span: Range, hasAxis: boolean, onZoom: (range: Range | null) => void }>
function Plot({ Library, name, title, unit, range: [low, high], rows, marks, span, hasAxis, onZoom }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ marks, onZoom })
  const { times, values } = seriesOf(rows, name)
  useEffect(() => { latest.current = { marks, onZoom } }, [marks, onZoom])
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const colour = (token: string) => getComputedStyle(element).getPropertyValue(token).trim()
    const made = new Library({
      width: Math.max(50, element.clientWidth), height: plotPx + (hasAxis ? axisPx : 0), legend: { show: false }, padding: [6, 0, 2, 0],
      cursor: { sync: { key: 'glasses' }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
      scales: { x: { time: true, range: (_plot, min, max) => [min, max] }, y: { range: (_plot, min, max) => [Math.min(low, min ?? low), Math.max(high, max ?? high)] } },
      axes: [
        { show: hasAxis, size: axisPx, stroke: colour('--text-2'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 }, font: '11px Inter Variable, sans-serif', space: 70, values: (_plot, ticks, _axis, _space, stepS) => ticks.map((at) => new Date(at * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(stepS < 60 ? { second: '2-digit' } : {}) })) },
        { size: 40, stroke: colour('--text-2'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '11px Inter Variable, sans-serif', space: 22 }
      ],
      series: [{}, { stroke: colour('--measured'), width: 1.5, spanGaps: false, points: { show: true, size: 4, fill: colour('--measured') } }],
      hooks: {
        setSelect: [(self) => {
          if (self.select.width > 4) latest.current.onZoom({ from: self.posToVal(self.select.left, 'x'), to: self.posToVal(self.select.left + self.select.width, 'x') })
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        }],
        draw: [(self) => {
          const { ctx, bbox } = self
          ctx.save()
          ctx.strokeStyle = colour('--warning')
          ctx.lineWidth = 1
          for (const { createdAt } of latest.current.marks) {
            const x = Math.round(self.valToPos(Date.parse(createdAt) / 1000, 'x', true))
            if (x < bbox.left || x > bbox.left + bbox.width) continue
            ctx.beginPath()
            ctx.moveTo(x, bbox.top)
            ctx.lineTo(x, bbox.top + bbox.height)
            ctx.stroke()
          }
          ctx.restore()
        }]
      }
    }, [[], []], element)
    made.over.addEventListener('dblclick', () => { latest.current.onZoom(null) })
    plot.current = made
    const watch = new ResizeObserver(() => { made.setSize({ width: Math.max(50, element.clientWidth), height: plotPx + (hasAxis ? axisPx : 0) }) })
    watch.observe(element)
    return () => {
      watch.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [Library, hasAxis, low, high])
  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData([times, values], false)
      plot.current?.setScale('x', { min: span.from, max: span.to })
    })
  })
  const last = values.findLast((value) => value !== null) ?? null
  return (
    <div className="glasses-plot">
      <div className="glasses-plot-name"><span>{title}</span><b className="tabular">{last === null ? '–' : `${Math.round(last * 100) / 100}${unit}`}</b></div>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas that a library puts in: its meaning stands in the label */}
      <div ref={place} className="glasses-plot-place" role="img" aria-label={plotText(title, unit, values)} />
    </div>
  )
}
