// Opens (and so migrates) a database at the same moment as others, when a file `go` appears, then writes to it. argv: data folder.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../../src-main/platform/clock.ts'
import { databaseFile, openDatabase } from '../../../src-main/platform/database.ts'
import { createAudit } from '../../../src-main/accounts/audit.ts'

const dataDir = process.argv[2] ?? ''
process.stdout.write('running\n')
while (!existsSync(join(dataDir, 'go'))) await new Promise((resolve) => { setTimeout(resolve, 2) })
const db = openDatabase({ file: databaseFile(dataDir) })
const audit = createAudit({ db, clock: systemClock() })
for (let count = 0; count < 25; count++) audit.record({ actor: 'system', actorName: String(process.pid), action: 'test', subject: 'x' })
db.close()
