import { Square } from 'lucide-react'
import type { Reading } from '../../../../src-shared/reading.ts'
import { Button } from '../../../ui/button.tsx'
import { Progress } from '../../../ui/states.tsx'
import { progressFraction, progressText, readableText, taskNames } from './reader-texts.ts'
import { useLiveReading } from './use-readings.ts'

/** A reading that goes on: where it is, and its words as they come. */
export function LiveReading({ reading, onCancel }: Readonly<{ reading: Reading, onCancel: (() => void) | null }>) {
  const live = useLiveReading(reading.id)
  const lines = readableText(live?.text ?? '')
  return (
    <section className="reading-live" aria-label={taskNames[reading.task]} aria-busy>
      <div className="row">
        <strong className="grow">{taskNames[reading.task]}</strong>
        {onCancel === null ? null : <Button onClick={onCancel}><Square aria-hidden />Cancel</Button>}
      </div>
      <Progress fraction={live === undefined ? null : progressFraction(live.progress)} label={taskNames[reading.task]} />
      <output className="quiet small">{live === undefined ? 'Waiting for its turn.' : progressText(live.progress)}</output>
      {lines.length === 0 ? null : <div className="reading-words" data-live-words>{lines.map((line, index) => <p key={index}>{line}</p>)}</div>}
    </section>
  )
}
