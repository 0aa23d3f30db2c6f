import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

/** What a second start tells the first one; from another process, so it is parsed like anything from outside. */
const Handover = z.object({ paths: z.array(z.string().min(1).max(4096)).max(1000) })
export type Handover = z.infer<typeof Handover>

/**
 * The files and folders on the command line of `electron <app folder> -- <paths…>` or of a packaged `vigil <paths…>`. Chromium's own
 * switches stand between; what is not there on disk is left out.
 */
export function pathsFrom(argv: readonly string[], cwd: string): string[] {
  const separator = argv.indexOf('--')
  const given = separator >= 0 ? argv.slice(separator + 1) : argv.slice(1).filter((argument) => argument !== '.' && !argument.startsWith('-'))
  return given.map((path) => resolve(cwd, path)).filter((path) => existsSync(path))
}

export function parseHandover(value: unknown): Handover {
  const parsed = Handover.safeParse(value)
  return parsed.success ? parsed.data : { paths: [] }
}
