// One import on a disk that is too small, then again with room: `node disk-child.ts <mount point> <kB> <folder of files> <count>`. Says `whole` or `partly`, or ends with what was wrong.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blobPath } from '../../src-main/platform/blobs.ts'
import { AppError } from '../../src-shared/errors.ts'
import { aStudiesRoom, somebody } from '../support/studies-room.ts'

const [, , disk = '', kb = '', folder = '', files = ''] = process.argv
const count = Number(files)
const dataDir = join(disk, 'data')
const must = (isTrue: boolean, what: string) => { if (!isTrue) throw new Error(what) }
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kb}k`, 'tmpfs', disk])
let isWhole = false
try {
  const room = await aStudiesRoom({ dataDir })
  try {
    const { result } = await room.studies.importPaths([folder], { actor: somebody })
    isWhole = result.imported === count
  } finally {
    await room.stop()
  }
} catch (error) {
  // A sentence, from the opening of the folder to the last file.
  if (!(error instanceof AppError) || error.code !== 'disk-full') throw error
  must(/disk.*is full/.test(error.message), error.message)
}
execFileSync('mount', ['-o', 'remount,size=65536k', disk])
const room = await aStudiesRoom({ dataDir })
must(room.db.sqlite.pragma('integrity_check', { simple: true }) === 'ok', 'The database is damaged.')
const rows = room.db.sqlite.prepare<[], { sha256: string }>('select sha256 from instances').all()
for (const { sha256 } of rows) must(createHash('sha256').update(readFileSync(blobPath(dataDir, sha256))).digest('hex') === sha256, 'A file that a row names is not whole.')
const { result } = await room.studies.importPaths([folder], { actor: somebody })
must(result.imported + result.duplicates === count && result.duplicates === rows.length && result.rejected.length === 0, `The second import took ${result.imported}, knew ${result.duplicates} of ${rows.length}.`)
must(room.studies.describeSeries('1.7.1').isVolume, 'The series is not whole.')
await room.stop()
process.stdout.write(isWhole ? 'whole' : 'partly')
