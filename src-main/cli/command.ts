import type { ParseArgsConfig } from 'node:util'
import type { z } from 'zod'
import type { Config } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import type { Progress } from './progress.ts'

/** What a command reads and writes; the process in real life, strings in a test. */
export type Io = Readonly<{
  out: (text: string) => void
  err: (text: string) => void
  /** Whether `err` is a terminal that a progress bar may redraw. */
  isTerminal: boolean
  columns: number
  env: Readonly<Record<string, string | undefined>>
  cwd: string
}>

export type Flags = Readonly<Record<string, string | boolean | undefined>>
export type CommandContext = Readonly<{
  positionals: readonly string[]
  flags: Flags
  config: Config
  io: Io
  log: Log
  /** Aborts at Ctrl+C. */
  signal: AbortSignal
  progress: (label: string) => Progress
  /** Prints `value` as one line of JSON where `--json` was asked for, else the text. The schema holds the JSON to what is promised. */
  print: <S extends z.ZodType>(schema: S, value: z.input<S>, text: string) => void
}>

export type Command = Readonly<{
  name: string
  /** `import <paths…>` */
  synopsis: string
  summary: string
  options: NonNullable<ParseArgsConfig['options']>
  /** One line an option: its name with its argument, and what it does. */
  optionHelp: readonly (readonly [option: string, meaning: string])[]
  /** Fewest and most positional arguments. */
  positionals: readonly [number, number]
  /** Returns the exit code; throws AppError with the sentence to show. */
  run: (context: CommandContext) => Promise<number>
}>

/** A mistake in the command line itself: said in one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

/** A number between `min` and `max`, or undefined where the flag is absent. */
export function numberFlag(flags: Flags, name: string, [min, max]: readonly [number, number]): number | undefined {
  const text = textFlag(flags, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
    throw new UsageError(`--${name} must be a number from ${min} to ${max}.`)
  }
  return value
}
