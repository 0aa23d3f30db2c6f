import { Crosshair, Eye, EyeOff } from 'lucide-react'
import { IconButton } from '../../../ui/button.tsx'
import { partsOf, type OpenedOverlay } from '../../../viewer/index.ts'
import { useStudyScreen } from '../study-state.ts'
import { partKey, toggled } from './overlay-switches.ts'

/** Structures or segments of an object, each with its colour, its switch and the way to it. */
export function OverlayParts({ overlay, onJump }: Readonly<{ overlay: OpenedOverlay; onJump: (number: number) => void }>) {
  const hidden = useStudyScreen((state) => state.hiddenParts)
  const set = useStudyScreen((state) => state.set)
  return (
    <ul className="object-parts">
      {partsOf(overlay).map(({ number, name, note, colour: [red, green, blue] }) => {
        const key = partKey(overlay.sopInstanceUid, number)
        const isHidden = hidden.includes(key)
        return (
          <li key={key}>
            <span className="object-swatch" style={{ background: `rgb(${red} ${green} ${blue})` }} aria-hidden="true" />
            <span className="grow"><span className="object-name">{name}</span><span className="quiet small">{note}</span></span>
            <IconButton name={`Go to ${name}`} onClick={() => { onJump(number) }}><Crosshair aria-hidden /></IconButton>
            <IconButton name={isHidden ? `Show ${name}` : `Hide ${name}`} aria-pressed={!isHidden} onClick={() => { set({ hiddenParts: toggled(hidden, key) }) }}>{isHidden ? <EyeOff aria-hidden /> : <Eye aria-hidden />}</IconButton>
          </li>
        )
      })}
    </ul>
  )
}
