import { PanelRight, Search, X } from 'lucide-react'
import type { RefObject } from 'react'
import type { StudyStatus, Worklist } from '../../../src-shared/studies.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { CommandKeys } from '../../ui/command-keys.tsx'
import { useChordOf } from '../../ui/commands-context.tsx'
import { countText } from '../../ui/format.ts'
import { studyStatusNames } from '../../ui/status-mark.tsx'
import { useWorklist, useWorklistStore, type Period } from './worklist-state.ts'

const statuses: readonly StudyStatus[] = ['new', 'analysing', 'needs-review', 'signed', 'failed']
const periods: readonly (readonly [Period, string])[] = [['any', 'Any date'], ['today', 'Today'], ['week', 'Last 7 days'], ['month', 'Last 30 days'], ['year', 'Last year']]
const isPeriod = (value: string): value is Period => periods.some(([period]) => period === value)

/** Search, chips with their counts, period. Counts are over all studies, so that a chip says what it would show. */
export function WorklistBar({ head, searchBox }: Readonly<{ head: Worklist | undefined, searchBox: RefObject<HTMLInputElement | null> }>) {
  const set = useWorklist((state) => state.set)
  const status = useWorklist((state) => state.status)
  const modality = useWorklist((state) => state.modality)
  const period = useWorklist((state) => state.period)
  const isPreviewOpen = useWorklist((state) => state.isPreviewOpen)
  const modalities = Object.entries(head?.modalities ?? {}).toSorted(([, a], [, b]) => b - a).slice(0, 6)
  return (
    <search className="worklist-bar" aria-label="Filter the worklist">
      <SearchBox box={searchBox} />
      <fieldset className="worklist-chips"><legend className="visually-hidden">Status</legend>
        <Chip name="all" count={Object.values(head?.statuses ?? {}).reduce((sum, count) => sum + count, 0)} isOn={status === null} onToggle={() => { set({ status: null, selected: null }) }} />
        {statuses.map((name) => (
          <Chip key={name} name={studyStatusNames[name]} count={head?.statuses[name] ?? 0} isOn={status === name} onToggle={() => { set({ status: status === name ? null : name, selected: null }) }} />
        ))}
      </fieldset>
      <fieldset className="worklist-chips"><legend className="visually-hidden">Modality</legend>
        {modalities.map(([name, count]) => (
          <Chip key={name} name={name} count={count} isOn={modality === name} onToggle={() => { set({ modality: modality === name ? null : name, selected: null }) }} />
        ))}
      </fieldset>
      <select className="input worklist-period" aria-label="Study date" value={period} onChange={(event) => { if (isPeriod(event.target.value)) set({ period: event.target.value, selected: null }) }}>
        {periods.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
      <span className="grow" />
      <output className="quiet small">{head === undefined ? '' : `${countText(head.total)} shown`}</output>
      <IconButton name={isPreviewOpen ? 'Hide the preview' : 'Show the preview'} chord={useChordOf('worklist.preview')} aria-pressed={isPreviewOpen} onClick={() => { set({ isPreviewOpen: !isPreviewOpen }) }}><PanelRight aria-hidden /></IconButton>
    </search>
  )
}

function SearchBox({ box }: Readonly<{ box: RefObject<HTMLInputElement | null> }>) {
  const store = useWorklistStore()
  const search = useWorklist((state) => state.search)
  return (
    <div className="worklist-search">
      <Search aria-hidden />
      <input ref={box} className="input" type="text" aria-label="Search patients and studies" placeholder="Search patient, number, description" value={search} spellCheck={false}
        onChange={(event) => { store.getState().set({ search: event.target.value, selected: null }) }} />
      {search === '' ? <CommandKeys command="worklist.search" /> : <Button tone="quiet" className="button-icon" aria-label="Clear the search" onClick={() => { store.getState().set({ search: '' }); box.current?.focus() }}><X aria-hidden /></Button>}
    </div>
  )
}

function Chip({ name, count, isOn, onToggle }: Readonly<{ name: string, count: number, isOn: boolean, onToggle: () => void }>) {
  return <button type="button" className="chip" aria-pressed={isOn} onClick={onToggle}>{name}<span className="chip-count">{countText(count)}</span></button>
}
