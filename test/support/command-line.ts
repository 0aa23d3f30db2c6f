import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../../src-main/cli/run.ts'

export type Answer = Readonly<{ code: number, out: string, err: string }>
export type CommandLine = Readonly<{
  folder: string
  /** Runs `vigil …args --data-dir <folder>/data` in this process. */
  run: (...args: readonly string[]) => Promise<Answer>
  runWith: (options: Readonly<{ signal?: AbortSignal, env?: Readonly<Record<string, string>> }>, ...args: readonly string[]) => Promise<Answer>
  remove: () => void
}>

/** The command line over a data folder of its own; call `remove` at the end. */
export function commandLine(): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-cli-'))
  const runWith: CommandLine['runWith'] = async ({ signal = new AbortController().signal, env = {} }, ...args) => {
    let out = ''
    let err = ''
    const io = {
      out: (text: string) => { out += text }, err: (text: string) => { err += text }, isTerminal: false, columns: 80,
      env: { VIGIL_DATA_DIR: join(folder, 'data'), VIGIL_LOG: 'error', ...env }, cwd: folder
    }
    const code = await runCli(args, io, signal)
    return { code, out, err }
  }
  return { folder, runWith, run: (...args) => runWith({}, ...args), remove: () => { rmSync(folder, { recursive: true, force: true }) } }
}
