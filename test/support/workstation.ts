import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const repository = resolve(import.meta.dirname, '..', '..')
const Ready = z.object({ url: z.url() })

export type WorkstationOptions = Readonly<{
  /** Kept after `stop`; without it a temporary folder is made and removed. */
  dataDir?: string
  /** Imports and analyses the phantom study in the background, as `npm start -- --demo` does. */
  demo?: boolean
  /** Imported first. */
  paths?: readonly string[]
  env?: Readonly<Record<string, string>>
}>
export type Workstation = Readonly<{
  url: string
  dataDir: string
  pid: number
  /** What it wrote to stderr so far: one JSON log line each. */
  log: () => string
  /** Ends it as Ctrl+C would, and waits. */
  stop: () => Promise<void>
  /** Ends it as a power cut would: SIGKILL, nothing is tidied. The data folder stays for the next start. */
  kill: () => Promise<void>
}>

/** The built application, served on a free port of this machine by a process of its own. */
export async function startWorkstation({ dataDir, demo = false, paths = [], env = {} }: WorkstationOptions = {}): Promise<Workstation> {
  const cli = join(repository, 'out', 'main', 'cli.js')
  if (!existsSync(cli)) throw new Error('Nothing is built. Run: npm run build')
  const folder = dataDir ?? await mkdtemp(join(tmpdir(), 'vigil-e2e-'))
  const child = spawn(process.execPath, [cli, 'serve', '--json', '--port', '0', '--data-dir', folder, ...(demo ? ['--demo'] : []), '--', ...paths], {
    cwd: repository, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe']
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { log += text })
  const exited = once(child, 'exit')
  const url = await readyUrl(child).catch((cause: unknown) => {
    child.kill('SIGKILL')
    throw new Error(`The workstation did not start.\n${log}`, { cause })
  })
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return {
    url, dataDir: folder, pid: child.pid ?? 0, log: () => log,
    async stop() {
      await end('SIGINT')
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true })
    },
    kill: () => end('SIGKILL')
  }
}

/** `vigil serve --json` prints one line once it listens. */
function readyUrl(child: ChildProcess, timeoutMs = 60_000): Promise<string> {
  return new Promise((done, reject) => {
    let said = ''
    const timer = setTimeout(() => { reject(new Error(`nothing after ${timeoutMs} ms`)) }, timeoutMs)
    child.once('exit', (code) => { clearTimeout(timer); reject(new Error(`it ended with code ${code}`)) })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const end = said.indexOf('\n')
      if (end < 0) return
      clearTimeout(timer)
      try { done(Ready.parse(JSON.parse(said.slice(0, end))).url) } catch (error) { reject(error) }
    })
  })
}
