import { existsSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError } from '../../src-shared/errors.ts'

/** Where a file that the command line names goes. Throws AppError 'not-found' where its folder is not there. */
export function targetOf(cwd: string, file: string): string {
  const target = resolve(cwd, file)
  if (!existsSync(dirname(target))) throw new AppError('not-found', `The folder of ${file} does not exist.`)
  return target
}

/** Whole or not at all: a half-written document in a patient's folder would look like one. */
export async function replaceFile(target: string, bytes: Uint8Array): Promise<void> {
  const part = `${target}.${process.pid}.part`
  const file = await open(part, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, target)
}
