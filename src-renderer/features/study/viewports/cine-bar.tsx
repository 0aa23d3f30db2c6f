import { Minus, Pause, Plus, Repeat, Repeat1 } from 'lucide-react'
import { useStore } from 'zustand'
import { IconButton } from '../../../ui/button.tsx'
import { useChordOf } from '../../../ui/commands-context.tsx'
import type { PaneId, StudyViewer } from '../../../viewer/index.ts'

/** Stands in the pane that plays: the rate that is wanted, and the one that is reached where that is less. */
export function CineBar({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const cine = useStore(viewer.store, (state) => state.cine?.paneId === id ? state.cine : null)
  const [stop, slower, faster] = [useChordOf('viewer.cine'), useChordOf('viewer.cine-slower'), useChordOf('viewer.cine-faster')]
  if (cine === null) return null
  const reached = cine.isLagging && cine.trueRatePerS !== null ? `, ${cine.trueRatePerS.toFixed(0)} reached` : ''
  return (
    <fieldset className="cine-bar" aria-label="Playing" data-export="never">
      <IconButton name="Stop" chord={stop} onClick={() => { viewer.run({ name: 'cine' }) }}><Pause aria-hidden /></IconButton>
      <IconButton name="Slower" chord={slower} onClick={() => { viewer.run({ name: 'cine-rate', factor: 0.8 }) }}><Minus aria-hidden /></IconButton>
      <output data-lagging={cine.isLagging}>{cine.ratePerS.toFixed(0)} a second{reached}</output>
      <IconButton name="Faster" chord={faster} onClick={() => { viewer.run({ name: 'cine-rate', factor: 1.25 }) }}><Plus aria-hidden /></IconButton>
      <IconButton name={cine.isSweeping ? 'Play round' : 'Play there and back'} aria-pressed={cine.isSweeping} onClick={() => { viewer.run({ name: 'cine-sweep' }) }}>{cine.isSweeping ? <Repeat1 aria-hidden /> : <Repeat aria-hidden />}</IconButton>
    </fieldset>
  )
}
