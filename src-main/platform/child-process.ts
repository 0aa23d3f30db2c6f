import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process of our own code beside this one: Node's here, Electron's utility process in the shell. Messages are structured clones. */
export type ChildProcess = Readonly<{
  pid: number | undefined
  send: (message: unknown) => void
  onMessage: (listener: (message: unknown) => void) => void
  /** Once, whatever ended it. `reason`: "code 1" or "signal SIGKILL". */
  onExit: (listener: (reason: string) => void) => void
  /** At once, without a word to it. */
  kill: () => void
}>
export type ForkChild = (entry: string) => ChildProcess

/** `reading/local/reader` means `reader.process.ts` in the sources and `reader.process.js` beside the bundle. */
export function processUrl(entry: string): URL {
  const name = entry.split('/').at(-1) ?? entry
  return import.meta.url.endsWith('.ts') ? new URL(`../${entry}.process.ts`, import.meta.url) : new URL(`./${name}.process.js`, import.meta.url)
}

/** What it writes to stdout and stderr goes nowhere: libraries quote what they were given, and that is of patients. */
export const forkNodeChild: ForkChild = (entry) => {
  const child = fork(fileURLToPath(processUrl(entry)), { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  return {
    pid: child.pid,
    // A message to one that has just ended is lost; its end is heard of by `onExit`.
    send: (message) => { if (child.connected) child.send(message as object, () => undefined) },
    onMessage: (listener) => { child.on('message', listener) },
    onExit(listener) {
      let isHeard = false
      const once = (reason: string) => { if (!isHeard) { isHeard = true; listener(reason) } }
      child.on('exit', (code, signal) => { once(signal === null ? `code ${code ?? 0}` : `signal ${signal}`) })
      child.on('error', (error) => { once(error.message) })
    },
    kill: () => { child.kill('SIGKILL') }
  }
}
