import type { Io } from './command.ts'

export type Progress = Readonly<{
  /** `fraction` from 0 to 1, or null while the end isn't known; `detail` such as "213 of 300". */
  update: (fraction: number | null, detail?: string) => void
  /** Takes the bar away; the answer follows in its place. */
  done: () => void
}>

const firstAfterMs = 400
const everyMs = 100
const barCells = 24

/** A bar on stderr that redraws itself in one line; silent where stderr is no terminal, and for work that ends at once. */
export function createProgress(io: Io, label: string, now: () => number = () => performance.now()): Progress {
  if (!io.isTerminal) return { update: () => undefined, done: () => undefined }
  const startedAt = now()
  let drawnAt = Number.NEGATIVE_INFINITY
  let isShown = false
  return {
    update(fraction, detail = '') {
      const at = now()
      if (at - startedAt < firstAfterMs || (at - drawnAt < everyMs && fraction !== 1)) return
      drawnAt = at
      isShown = true
      io.err(`\r\u001B[2K${progressLine(label, fraction, detail, (at - startedAt) / 1000, io.columns)}`)
    },
    done() {
      if (isShown) io.err('\r\u001B[2K')
      isShown = false
    }
  }
}

/** `Importing ████████░░░░ 33 % · 100 of 300 · 12 s`, cut to the width of the terminal. */
export function progressLine(label: string, fraction: number | null, detail: string, elapsedS: number, columns: number): string {
  const parts = [fraction === null ? label : `${label} ${bar(fraction)} ${Math.floor(clamp(fraction) * 100)} %`]
  if (detail !== '') parts.push(detail)
  parts.push(`${Math.floor(elapsedS)} s`)
  return parts.join(' · ').slice(0, Math.max(0, columns - 1))
}

function bar(fraction: number): string {
  const full = Math.floor(clamp(fraction) * barCells)
  return '█'.repeat(full) + '░'.repeat(barCells - full)
}

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction))
