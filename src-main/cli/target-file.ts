import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '../../src-shared/errors.ts'

/** Where a file that the command line names goes. Throws AppError 'not-found' where its folder is not there. */
export function targetOf(cwd: string, file: string): string {
  const target = resolve(cwd, file)
  if (!existsSync(dirname(target))) throw new AppError('not-found', `The folder of ${file} does not exist.`)
  return target
}
