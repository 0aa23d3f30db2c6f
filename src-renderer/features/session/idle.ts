/** What is needed to know that nobody is there: a clock and the moments of input. */
export type IdleWatchDeps = Readonly<{
  limitS: number
  now: () => number
  onIdle: () => void
  /** Called at input, at most once in `tellEveryMs`, so that the edge knows of work that needs no request. */
  onActive: () => void
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  checkEveryMs?: number
  tellEveryMs?: number
}>

const inputs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/**
 * Calls `onIdle` once when no input came for `limitS`. The clock is compared rather than a long timer trusted: timers stand still while
 * a laptop sleeps, and a workstation must be locked when its lid opens again. Returns the stop.
 */
export function watchIdle(deps: IdleWatchDeps): () => void {
  const { limitS, now, onIdle, onActive, target, checkEveryMs = 1000, tellEveryMs = 60_000 } = deps
  let lastInputMs = now()
  let lastToldMs = now()
  let hasFired = false
  const check = () => {
    const isIdle = now() - lastInputMs >= limitS * 1000
    if (isIdle && !hasFired) {
      hasFired = true
      onIdle()
    }
    return isIdle
  }
  const onInput = () => {
    if (check()) return
    lastInputMs = now()
    if (lastInputMs - lastToldMs < tellEveryMs) return
    lastToldMs = lastInputMs
    onActive()
  }
  for (const input of inputs) target.addEventListener(input, onInput, { passive: true, capture: true })
  const timer = setInterval(check, checkEveryMs)
  return () => {
    clearInterval(timer)
    for (const input of inputs) target.removeEventListener(input, onInput, { capture: true })
  }
}
