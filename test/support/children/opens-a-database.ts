// Opens (and so migrates) a database at a given instant together with others, then writes to it. argv: data folder, instant in ms.
import { systemClock } from '../../../src-main/platform/clock.ts'
import { databaseFile, openDatabase } from '../../../src-main/platform/database.ts'
import { createAudit } from '../../../src-main/accounts/audit.ts'

const [, , dataDir = '', at = '0'] = process.argv
await new Promise((resolve) => { setTimeout(resolve, Number(at) - Date.now()) })
const db = openDatabase({ file: databaseFile(dataDir) })
const audit = createAudit({ db, clock: systemClock() })
for (let count = 0; count < 25; count++) audit.record({ actor: 'system', actorName: String(process.pid), action: 'test', subject: 'x' })
db.close()
