/** Whether a process of this machine runs. EPERM means it does, under another user. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Names this run of this process: `pid-start`. In a container the next run often gets the very same pid, and what the run before left
 * must not look as if it were ours.
 */
export function processMark(): string {
  return `${process.pid}-${Math.trunc(performance.timeOrigin)}`
}

/** Whether the process that a mark names still runs, as far as can be told from its pid and, for our own pid, its start. */
export function isMarkAlive(mark: string): boolean {
  const pid = Number(mark.split('-')[0])
  return pid === process.pid ? mark === processMark() : isAlive(pid)
}
