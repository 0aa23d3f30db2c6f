import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '..', '..')

/** Real series that are too big for the repository: `VIGIL_TEST_DATA`, else `../shared/data` beside the repository. */
const dataDir = resolve(process.env['VIGIL_TEST_DATA'] ?? join(repository, '..', 'shared', 'data'))

/** Absolute path of a folder or file of the shared test data. */
export function sharedData(...parts: string[]): string {
  return join(dataDir, ...parts)
}

/**
 * Why tests on this part of the shared data can't run here, or null where they can:
 * `describe.skipIf(missingData('charsets'))('…')`.
 */
export function missingData(...parts: string[]): string | null {
  return existsSync(sharedData(...parts)) ? null : `the test data ${parts.join('/')} is not here; set VIGIL_TEST_DATA to its folder`
}
