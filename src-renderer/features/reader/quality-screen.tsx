import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Gauge } from 'lucide-react'
import type { ReaderQuality } from '../../../src-shared/reading.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { readerQualityQuery } from '../../api/queries.ts'
import { durationText, instantText } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx'
import { acceptance, percent } from './quality-texts.ts'
import './quality.css'

const time = (ms: number | null) => (ms === null ? '–' : durationText(ms))

/** How the reader fared in the last 200 cases, by model, weights and prompt: what a site needs to see a change for the worse. */
export function QualityScreen() {
  const quality = useQuery(readerQualityQuery(useApi()))
  return (
    <div className="quality">
      <h1>Reader: the last 200 cases</h1>
      {quality.data !== undefined ? <Known quality={quality.data} /> : quality.isError ? <ErrorState title="The figures can't be read" message={messageOf(quality.error)} onRetry={() => { void quality.refetch() }} /> : <Skeleton height={200} />}
    </div>
  )
}

function Known({ quality }: Readonly<{ quality: ReaderQuality }>) {
  const now = useNow(60_000)
  if (quality.cases === 0) return <EmptyState icon={<Gauge aria-hidden />} title="No model has read anything here yet" text="Once one has, this page tells by model and version how much of what it said was taken in, changed or thrown out, and how long it took." />
  return (
    <>
      <table className="plain-table">
        <caption className="visually-hidden">By model and version</caption>
        <thead><tr><th scope="col">Model and prompt</th><th scope="col">Cases</th><th scope="col">Taken in</th><th scope="col">Changed</th><th scope="col">Thrown out</th><th scope="col">Open</th><th scope="col">Numbers cut</th><th scope="col">False / missed stones</th><th scope="col">Median, 95 %</th></tr></thead>
        <tbody>{quality.versions.map((version) => (
          <tr key={`${version.model} ${version.weightsSha256 ?? ''} ${version.promptVersion}`}>
            <td>{version.model}{version.isMock ? <span className="badge mock-mark">MOCK</span> : null}<span className="quiet small"> {version.promptVersion}{version.weightsSha256 === null ? '' : ` · ${version.weightsSha256.slice(0, 8)}`}</span></td>
            <td>{version.readings}</td>
            <td><span className="quality-bar"><meter min={0} max={1} value={acceptance(version) ?? 0} aria-label={`Taken in: ${percent(acceptance(version))}`} /></span>{percent(acceptance(version))}</td>
            <td>{version.amended}</td><td>{version.rejected}</td><td>{version.open}</td><td>{version.numbersCut}</td><td>{version.falseFindings} / {version.missedFindings}</td><td>{time(version.medianMs)}, {time(version.p95Ms)}</td>
          </tr>
        ))}</tbody>
      </table>
      <h2>Cases</h2>
      <table className="plain-table">
        <caption className="visually-hidden">Each case, newest first</caption>
        <thead><tr><th scope="col">When</th><th scope="col">Task</th><th scope="col">Model</th><th scope="col">Taken in</th><th scope="col">Changed</th><th scope="col">Thrown out</th><th scope="col">Open</th><th scope="col">Time</th><th scope="col">Study</th></tr></thead>
        <tbody>{quality.recent.map((one) => (
          <tr key={one.readingId}>
            <td className="quality-nowrap">{instantText(one.at, now)}</td><td>{one.task}</td><td>{one.model}{one.isMock ? <span className="badge mock-mark">MOCK</span> : null}{one.error === null ? null : <span className="small quality-error"> {one.error}</span>}</td>
            <td>{one.accepted}</td><td>{one.amended}</td><td>{one.rejected}</td><td>{one.open}</td><td>{time(one.totalMs)}</td><td><Link to="/study" search={{ uid: one.studyUid }}>Open</Link></td>
          </tr>
        ))}</tbody>
      </table>
    </>
  )
}
