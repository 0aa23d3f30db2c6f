import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** The folder that holds `package.json`: two levels up from the sources, and from `out/main` in a build. */
export function appRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('The folder of the application was not found.')
    folder = parent
  }
  return folder
}

/** A file or folder that ships with the application, under `resources/`. */
export function resourcePath(...parts: string[]): string {
  return join(appRoot(), 'resources', ...parts)
}

export function appVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(appRoot(), 'package.json'), 'utf8'))).version
}
