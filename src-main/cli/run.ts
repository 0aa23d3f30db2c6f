import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { z } from 'zod'
import { AppError, ErrorBody, type ErrorCode } from '../../src-shared/errors.ts'
import { parseConfig, type Config } from '../platform/config.ts'
import { createLog, redact, type LogLine } from '../platform/log.ts'
import { UsageError, textFlag, type Command, type CommandContext, type Flags, type Io } from './command.ts'
import { commands } from './commands/index.ts'
import { commandHelp, overview } from './help.ts'
import { createProgress } from './progress.ts'

const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const
const common: NonNullable<ParseArgsConfig['options']> = {
  'data-dir': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
}

/** `vigil <command> …`: returns the exit code and writes nothing but the answer to `io.out`. */
export async function runCli(args: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.err : io.out)(overview(commands))
    return name === undefined ? exitCodes.usage : exitCodes.done
  }
  const wantsJson = rest.includes('--json')
  try {
    const command = commands.find((candidate) => candidate.name === name)
    if (command === undefined) throw new UsageError(`There is no command "${name}". "npm run vigil -- --help" lists what there is.`)
    return await runCommand(command, rest, io, signal)
  } catch (error) {
    return explain(error, wantsJson, io, signal)
  }
}

async function runCommand(command: Command, args: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  const { flags, positionals } = parse(command, args)
  if (flags['help'] === true) {
    io.out(commandHelp(command))
    return exitCodes.done
  }
  const [fewest, most] = command.positionals
  if (positionals.length < fewest || positionals.length > most) throw new UsageError(`This command is written: ${command.synopsis}`)
  const config = configFrom(flags, io)
  return command.run(contextOf(flags, positionals, config, io, signal))
}

function contextOf(flags: Flags, positionals: readonly string[], config: Config, io: Io, signal: AbortSignal): CommandContext {
  const print = <S extends z.ZodType>(schema: S, value: z.input<S>, text: string) => {
    io.out(flags['json'] === true ? `${JSON.stringify(schema.parse(value))}\n` : `${text}\n`)
  }
  return { flags, positionals, config, io, signal, print, log: createLog(logSink(config, io)), progress: (label) => createProgress(io, label) }
}

function parse(command: Command, args: readonly string[]): { flags: Flags, positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: withNegativeNumbers(args), options: { ...common, ...command.options }, allowPositionals: true })
    return { flags: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Array.isArray(value) ? value.at(-1) : value])), positionals }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UsageError(`${/^.*?(?=\.? *(?:\n|$)|\. )/.exec(error.message)?.[0] ?? ''}. "npm run vigil -- ${command.name} --help" lists what there is.`)
  }
}

/** `--tilt -10` as it is written by hand; parseArgs takes a negative number only behind a `=`. */
function withNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const before = joined.at(-1)
    if (/^-[\d.]/.test(arg) && before !== undefined && /^--[\w-]+$/.test(before)) joined[joined.length - 1] = `${before}=${arg}`
    else joined.push(arg)
  }
  return joined
}

function configFrom(flags: Flags, io: Io): Config {
  const dataDir = textFlag(flags, 'data-dir')
  const port = textFlag(flags, 'port')
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) throw new UsageError('--port must be a number from 0 to 65535.')
  return parseConfig(io.env, { ...(dataDir === undefined ? {} : { dataDir }), ...(port === undefined ? {} : { port: Number(port) }) })
}

const levels = ['debug', 'info', 'warn', 'error'] as const

/** JSON lines on stderr; a person at a terminal wants only what needs attention unless the level is asked for by name. */
function logSink(config: Config, io: Io): (line: LogLine) => void {
  const least = io.isTerminal && io.env['VIGIL_LOG'] === undefined ? 'warn' : config.logLevel
  return (line) => { if (levels.indexOf(line.level) >= levels.indexOf(least)) io.err(`${JSON.stringify(line)}\n`) }
}

/** The one place where a failure becomes a sentence and an exit code. */
function explain(error: unknown, wantsJson: boolean, io: Io, signal: AbortSignal): number {
  const [code, message, exit] = classify(error, signal)
  if (wantsJson) io.out(`${JSON.stringify(ErrorBody.parse({ error: { code, message } }))}\n`)
  io.err(`${message}\n`)
  if (exit === exitCodes.failed && code === 'internal' && error instanceof Error) io.err(`${redact(error.stack ?? '')}\n`)
  return exit
}

function classify(error: unknown, signal: AbortSignal): [ErrorCode, string, number] {
  if (error instanceof UsageError) return ['invalid-request', error.message, exitCodes.usage]
  if (signal.aborted) return ['cancelled', 'Cancelled. What was finished before is kept.', exitCodes.cancelled]
  if (error instanceof AppError) return [error.code, error.message, exitCodes.failed]
  return ['internal', 'It failed for an unexpected reason; the lines below are for the people who mend it.', exitCodes.failed]
}
