// Imports a folder into a data folder and is killed once so many instances are committed: `node import-child.ts <data folder> <folder> <rows>`.
// It kills itself, between two turns of its event loop, because a parent on a busy machine might look too late.
import { aStudiesRoom, somebody } from '../support/studies-room.ts'

const [, , dataDir = '', folder = '', afterRows = ''] = process.argv
const room = await aStudiesRoom({ dataDir })
const committed = room.db.sqlite.prepare<[], { n: number }>('select count(*) n from instances')
setInterval(() => { if ((committed.get()?.n ?? 0) >= Number(afterRows)) process.kill(process.pid, 'SIGKILL') }, 1).unref()
await room.studies.importPaths([folder], { actor: somebody })
await room.stop()
