import type { PointCss } from '../types.ts'
import { directionLetters } from '../view-transform.ts'
import type { Camera } from './camera.ts'
import type { Volume3d } from './volume-3d.ts'

type Told = Readonly<{ signal: AbortSignal; onPick: (id: string | null) => void; onHover: (id: string | null) => void }>

/** Degrees that a whole width of the pane turns, and that a key does. */
const degreesAcross = 240
const degreesOfKey = 10

/** Mouse and keys of a volume: drag turns, shift or the middle button moves, the right button and the wheel zoom, a click picks. */
export function listenTo(host: HTMLElement, shown: Volume3d, { signal, onPick, onHover }: Told): void {
  let held: Readonly<{ button: number; isShift: boolean; startedAt: PointCss }> | null = null
  let last: PointCss = [0, 0]
  const at = (event: MouseEvent): PointCss => {
    const box = host.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  const hover = (id: string | null) => {
    onHover(id)
    shown.hover(id)
    host.style.cursor = id === null ? '' : 'pointer'
  }
  host.addEventListener('pointerdown', (event) => {
    host.focus({ preventScroll: true })
    host.setPointerCapture(event.pointerId)
    last = at(event)
    held = { button: event.button, isShift: event.shiftKey, startedAt: last }
  }, { signal })
  host.addEventListener('pointermove', (event) => {
    const now = at(event)
    if (held === null) {
      hover(shown.pickAt(now)?.id ?? null)
      return
    }
    const dx = now[0] - last[0], dy = now[1] - last[1]
    last = now
    if (held.button === 2) shown.zoomBy(2 ** (-dy / 150))
    else if (held.button === 1 || held.isShift) shown.panBy(dx, dy)
    else shown.turnBy(dx / host.clientWidth * degreesAcross, dy / host.clientWidth * degreesAcross)
  }, { signal })
  host.addEventListener('pointerup', (event) => {
    const from = held?.startedAt
    const isClick = held?.button === 0 && from !== undefined && Math.hypot(at(event)[0] - from[0], at(event)[1] - from[1]) < 4
    held = null
    if (isClick) onPick(shown.pickAt(at(event))?.id ?? null)
  }, { signal })
  host.addEventListener('pointercancel', () => { held = null }, { signal })
  host.addEventListener('pointerleave', () => { if (held === null) hover(null) }, { signal })
  host.addEventListener('contextmenu', (event) => { event.preventDefault() }, { signal })
  host.addEventListener('wheel', (event) => {
    event.preventDefault()
    event.stopPropagation()
    shown.zoomBy(2 ** (-event.deltaY / 480))
  }, { signal, passive: false })
  host.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !pressed(shown, event.key)) return
    event.preventDefault()
    // The keys of the viewer, which go through images, must not act as well.
    event.stopPropagation()
  }, { signal })
}

/** Whether a key means something here. */
function pressed(shown: Volume3d, key: string): boolean {
  switch (key) {
    case 'ArrowLeft': shown.turnBy(-degreesOfKey, 0); return true
    case 'ArrowRight': shown.turnBy(degreesOfKey, 0); return true
    case 'ArrowUp': shown.turnBy(0, -degreesOfKey); return true
    case 'ArrowDown': shown.turnBy(0, degreesOfKey); return true
    case '+': case '=': shown.zoomBy(1.2); return true
    case '-': shown.zoomBy(1 / 1.2); return true
    case '0': shown.reset(); return true
    default: return false
  }
}

const names: Readonly<Record<string, string>> = { A: 'the front', P: 'the back', L: 'the left', R: 'the right', H: 'above', F: 'below' }

/** Where the viewer stands, in words: "the front and above". */
export function viewWords({ toward }: Camera): string {
  return directionLetters(toward).split('').map((letter) => names[letter] ?? letter).join(' and ')
}
