/** What is needed to know that nobody is there: a clock and the moments of input. */
export type IdleWatchDeps = Readonly<{
  limitS: number
  now: () => number
  onIdle: () => void
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  checkEveryMs?: number
}>

const inputs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/**
 * Calls `onIdle` once when no input came for `limitS`. The clock is compared rather than a long timer trusted: timers stand still while
 * a laptop sleeps, and a workstation must be locked when its lid opens again. Returns the stop.
 */
export function watchIdle(deps: IdleWatchDeps): () => void {
  let lastInputMs = deps.now()
  let hasFired = false
  const onInput = () => {
    if (!check()) lastInputMs = deps.now()
  }
  const check = () => {
    const isIdle = deps.now() - lastInputMs >= deps.limitS * 1000
    if (isIdle && !hasFired) {
      hasFired = true
      deps.onIdle()
    }
    return isIdle
  }
  for (const input of inputs) deps.target.addEventListener(input, onInput, { passive: true, capture: true })
  const timer = setInterval(check, deps.checkEveryMs ?? 1000)
  return () => {
    clearInterval(timer)
    for (const input of inputs) deps.target.removeEventListener(input, onInput, { capture: true })
  }
}
