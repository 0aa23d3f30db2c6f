import type { Db } from './database.ts'

/**
 * Calls `onChange` when another process (the command line beside the window) has committed to the same database. `data_version` changes
 * for what others commit, never for our own. Returns the stop.
 */
export function watchNeighbours({ sqlite }: Pick<Db, 'sqlite'>, onChange: () => void, onError: (error: unknown) => void, everyMs = 2000): () => void {
  const read = () => sqlite.pragma('data_version', { simple: true })
  let seen = read()
  const look = () => {
    const now = read()
    if (now === seen) return
    seen = now
    onChange()
  }
  const timer = setInterval(() => {
    // Nobody stands above a timer: what it throws, a busy database or a failing disk, would end the process.
    try { look() } catch (error) { onError(error) }
  }, everyMs)
  timer.unref()
  return () => { clearInterval(timer) }
}
