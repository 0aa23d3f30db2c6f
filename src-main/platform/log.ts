export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>
export type Log = Readonly<{
  debug: (event: string, fields?: LogFields) => void
  info: (event: string, fields?: LogFields) => void
  warn: (event: string, fields?: LogFields) => void
  error: (event: string, error: unknown, fields?: LogFields) => void
}>
export type LogLine = Readonly<{ at: string, level: 'debug' | 'info' | 'warn' | 'error', event: string } & Record<string, unknown>>

/** UIDs, person names as DICOM writes them, phone numbers, e-mail addresses, dates of birth, absolute paths: none may reach a log. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // Node's own errors quote paths; names of folders and files are often names of patients, with spaces.
  [/'[^'\n]*[\\/][^'\n]*'/g, "'[path]'"],
  [/(?:[A-Za-z]:\\|\/)(?:[^"'\n:|()]+[\\/])+[^\s"':|()]*/g, '[path]'],
  // The whole phrase around a caret: family names have several words, and so do given names.
  [/[^"'=,;:|\n[\]]*\^[^"',;:|\n[\]]*/g, '[name]'],
  [/\b\d+(?:\.\d+){4,}\b/g, '[uid]'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[e-mail]'],
  [/\+\d[\d ()-]{6,}\d/g, '[phone]'],
  [/\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b/g, '[date]'],
  [/\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b(?!T\d)/g, '[date]']
]

/** No line says more in longer; and the patterns look back and forth, so their time grows with the square of the length. */
const longest = 2000

/** The last guard: rooms must not hand patient data to the log at all; what slips through is cut here. */
export function redact(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text
  return patterns.reduce((kept, [pattern, label]) => kept.replace(pattern, label), short)
}

/** JSON lines to `sink`, each string redacted. */
export function createLog(sink: (line: LogLine) => void, now: () => string = () => new Date().toISOString()): Log {
  const write = (level: LogLine['level'], event: string, fields: Record<string, unknown> = {}) => {
    const safe = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? redact(value) : value]))
    sink({ at: now(), level, event, ...safe })
  }
  return {
    debug: (event, fields) => { write('debug', event, fields) },
    info: (event, fields) => { write('info', event, fields) },
    warn: (event, fields) => { write('warn', event, fields) },
    error: (event, error, fields) => { write('error', event, { ...fields, ...describe(error) }) }
  }
}

/** Stack frames carry machine paths; the redactor leaves the function names. */
function describe(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  // A parser quotes what it could not read: a stored header, a report.
  const message = error instanceof SyntaxError ? 'text that could not be parsed' : error.message
  return { name: error.name, message, stack: (error.stack ?? '').split('\n').slice(1, 8).join(' | '), ...code }
}

const levels = ['debug', 'info', 'warn', 'error'] as const

/** Lets through what is at least as weighty as `least`. */
export function atLeast(least: LogLine['level'], sink: (line: LogLine) => void): (line: LogLine) => void {
  return (line) => { if (levels.indexOf(line.level) >= levels.indexOf(least)) sink(line) }
}

export const stderrSink = (line: LogLine): void => { process.stderr.write(`${JSON.stringify(line)}\n`) }
export const silentSink = (): void => undefined
