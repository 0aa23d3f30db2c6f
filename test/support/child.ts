import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A process of its own that runs one of `test/support/children`, for what only a real death shows. */
export function startChild(name: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'children', `${name}.ts`), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Resolves when it has said `running`. */
export async function untilRunning(child: ChildProcess): Promise<void> {
  child.stdout?.setEncoding('utf8')
  for await (const text of child.stdout ?? []) if (String(text).includes('running')) return
  throw new Error('The child ended before it ran.')
}

/** As a power cut or the out-of-memory killer would. */
export async function kill(child: ChildProcess): Promise<void> {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
  child.kill('SIGKILL')
  await exited
}
