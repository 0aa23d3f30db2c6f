import type { Log } from './log.ts'

type Process = Readonly<{ on: (event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void) => unknown }>

/**
 * What becomes of a failure that nobody caught: it goes through the log, which holds no patient data, and `end` ends the process, because
 * nobody knows what it left half done. Node itself would print the whole message, with the names of folders and files.
 */
export function sayLastWords(log: Log, process: Process, end: () => void): void {
  let isEnding = false
  const last = (error: unknown) => {
    log.error('stopped-by-an-uncaught-error', error)
    // What fails while it ends is told, too, and ends nothing twice.
    if (isEnding) return
    isEnding = true
    end()
  }
  process.on('uncaughtException', last)
  process.on('unhandledRejection', last)
}
