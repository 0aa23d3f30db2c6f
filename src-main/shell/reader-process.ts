import { fileURLToPath } from 'node:url'
import { utilityProcess } from 'electron'
import { processUrl, type ForkChild } from '../platform/child-process.ts'

/** Electron's own kind of process beside the window: the fuses that keep Electron from being run as Node keep Node's `fork` from working here. */
export const forkUtilityProcess: ForkChild = (entry) => {
  const child = utilityProcess.fork(fileURLToPath(processUrl(entry)), [], { serviceName: 'Vigil reader', stdio: 'ignore' })
  return {
    pid: child.pid,
    send: (message) => { child.postMessage(message) },
    onMessage: (listener) => { child.on('message', listener) },
    onExit: (listener) => { child.once('exit', (code) => { listener(`code ${code}`) }) },
    kill: () => { child.kill() }
  }
}
