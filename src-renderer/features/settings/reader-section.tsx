import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import type { z } from 'zod'
import { devices, readerModes, type ReaderMode, type ReaderSettings, type ReaderSettingsPatch, type ReaderStatus } from '../../../src-shared/reading.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { queryKeys, readerQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { durationText } from '../../ui/format.ts'
import { useNotify } from '../../ui/notices.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { memoryText, modeTexts } from './reader-settings-texts.ts'

/** Which model reads, how much, and what keeps it from reading. */
export function ReaderSection() {
  const reader = useQuery(readerQuery(useApi()))
  if (reader.data === undefined) return reader.isError ? <ErrorState title="The reader's state can't be read" message={messageOf(reader.error)} onRetry={() => { void reader.refetch() }} /> : <Skeleton height={160} />
  return <Known status={reader.data} />
}

function Known({ status }: Readonly<{ status: ReaderStatus }>) {
  const api = useApi()
  const client = useQueryClient()
  const notify = useNotify()
  const isAdmin = useHasRole('admin')
  const onError = (error: Error) => { notify('error', messageOf(error)) }
  const change = useMutation({ mutationFn: (patch: z.input<typeof ReaderSettingsPatch>) => api.reading.change(patch), onSuccess: (next) => { client.setQueryData(queryKeys.reader, next); void client.invalidateQueries({ queryKey: queryKeys.system }) }, onError })
  const attempt = useMutation({ mutationFn: () => api.reading.try(), onError })
  const { settings, summary, notes, memory } = status
  const isFixed = (name: keyof ReaderSettings) => !isAdmin || status.fixed.includes(name)
  const fixedNote = status.fixed.length === 0 ? null : <p className="quiet small">Set by the environment of this workstation, so not here: {status.fixed.join(', ')}.</p>
  return (
    <section className="settings-card" aria-labelledby="reader" id="reader-settings">
      <h2 id="reader">Reader</h2>
      <p className="row"><span className={summary.isMock ? 'badge mock-mark' : `badge ${summary.state === 'failed' ? 'badge-warning' : summary.state === 'none' || summary.state === 'off' ? '' : 'badge-model'}`}>{summary.isMock ? 'MOCK' : summary.state}</span><span>{summary.text}{status.device === null ? '' : `, on ${status.device}`}</span></p>
      <ul className="reader-notes">{notes.map((note) => <li key={note}>{note}</li>)}</ul>
      {memory === null ? null : <p className="quiet small">{memoryText(memory)}</p>}
      <label className="field"><span className="field-label">Where it reads</span>
        <select className="input" value={settings.mode} disabled={isFixed('mode')} onChange={(event) => { const mode = readerModes.find((one) => one === event.target.value); if (mode !== undefined) change.mutate({ mode }) }}>{readerModes.map((mode: ReaderMode) => <option key={mode} value={mode}>{modeTexts[mode].name}</option>)}</select>
        <span className="field-hint">{modeTexts[settings.mode].meaning}</span>
      </label>
      <div className="reader-fields">
        <label className="field"><span className="field-label">Device</span>
          <select className="input" value={settings.device} disabled={isFixed('device')} onChange={(event) => { const device = devices.find((one) => one === event.target.value); if (device !== undefined) change.mutate({ device }) }}>{devices.map((device) => <option key={device} value={device}>{device}</option>)}</select>
        </label>
        <NumberField label="Slices at most" value={settings.maxSlices} min={1} max={85} isDisabled={isFixed('maxSlices')} onSet={(maxSlices) => { change.mutate({ maxSlices }) }} />
        <NumberField label="Minutes at most" value={settings.maxMinutes} min={1} max={120} isDisabled={isFixed('maxMinutes')} onSet={(maxMinutes) => { change.mutate({ maxMinutes }) }} />
      </div>
      <label className="row"><input type="checkbox" checked={settings.isReadFirst} disabled={isFixed('isReadFirst')} onChange={(event) => { change.mutate({ isReadFirst: event.target.checked }) }} /><span>Read first: hide the reader’s text until a clinician has written an impression</span></label>
      {fixedNote}
      {isAdmin ? <div className="row"><Button disabled={attempt.isPending || summary.state === 'none' || summary.state === 'off'} onClick={() => { attempt.mutate() }}><FlaskConical aria-hidden />{attempt.isPending ? 'Asking…' : 'Try it'}</Button>{attempt.data === undefined ? null : <output className="small">It answered in {durationText(attempt.data.timing.totalMs)}: “{attempt.data.text}”</output>}</div> : null}
    </section>
  )
}

function NumberField({ label, value, min, max, isDisabled, onSet }: Readonly<{ label: string, value: number, min: number, max: number, isDisabled: boolean, onSet: (value: number) => void }>) {
  const set = (text: string) => { const given = Number(text); if (text !== '' && Number.isFinite(given) && given >= min && given <= max && given !== value) onSet(given) }
  return <label className="field"><span className="field-label">{label}</span><input key={value} className="input" type="number" min={min} max={max} defaultValue={value} disabled={isDisabled} onBlur={(event) => { set(event.target.value) }} onKeyDown={(event) => { if (event.key === 'Enter') set(event.currentTarget.value) }} /></label>
}
