import { constants } from 'node:fs'
import { access, mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { databaseFile } from '../../platform/database.ts'
import { inspectDatabase } from '../../platform/inspect.ts'
import { bad, ok, reasonOf, warn, type Check } from './check.ts'

/** The data folder, or the nearest folder above it that exists. */
async function existingFolder(path: string): Promise<string> {
  try {
    await access(path, constants.F_OK)
    return path
  } catch {
    return dirname(path) === path ? path : existingFolder(dirname(path))
  }
}

/** Writes, syncs and removes a small file where the data goes. */
export const checkDataFolder: Check = async ({ config }) => {
  const folder = await existingFolder(config.dataDir)
  try {
    const probe = await mkdtemp(join(folder, '.vigil-doctor-'))
    try {
      const file = await open(join(probe, 'probe'), 'w')
      try { await file.writeFile('probe'); await file.sync() } finally { await file.close() }
    } finally {
      await rm(probe, { recursive: true, force: true })
    }
    return ok('data folder', folder === config.dataDir ? `${config.dataDir} can be written.` : `${config.dataDir} is made at the first start.`)
  } catch (error) {
    return bad('data folder', `${folder} can't be written: ${reasonOf(error)}.`, 'Give this account the right to write there, or choose another folder with --data-dir or VIGIL_DATA_DIR.')
  }
}

const GB = 1e9

/** A thin CT is half a gigabyte, and a full disk stops imports. */
export const checkDisk: Check = async ({ config }) => {
  const { bavail, bsize } = await statfs(await existingFolder(config.dataDir))
  const free = bavail * bsize
  const sentence = `${(free / GB).toFixed(1)} GB are free for studies.`
  if (free < GB) return bad('disk', sentence, 'Make room: below 1 GB not even one thin CT fits.')
  return free < 10 * GB ? warn('disk', sentence, 'Make room soon: a day of CT is 10 GB and more.') : ok('disk', sentence)
}

/** Integrity, foreign keys and migrations of the database, without changing it. */
export const checkDatabase: Check = async ({ config }) => {
  try {
    const { exists, migrationsApplied, migrationsShipped, problems } = inspectDatabase(databaseFile(config.dataDir))
    if (!exists) return ok('database', 'There is none yet; the first start makes it.')
    if (problems.length > 0) return bad('database', `It is damaged: ${problems[0] ?? ''}.`, 'Close Vigil, keep a copy of the data folder, and put back the newest copy from its folder "backups".')
    const applied = migrationsApplied ?? 0
    if (applied > migrationsShipped) return bad('database', 'It was written by a newer version of Vigil.', 'Install that version; going back would lose what this one does not know.')
    if (applied < migrationsShipped) return warn('database', `It is ${migrationsShipped - applied} migrations behind.`, 'Nothing to do: the next start makes a backup and brings it up to date.')
    return ok('database', `No damage, all ${migrationsShipped} migrations applied.`)
  } catch (error) {
    return bad('database', `It can't be read: ${reasonOf(error)}.`, 'Check the rights on the data folder; if they are right, put back the newest copy from its folder "backups".')
  }
}
