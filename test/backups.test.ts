import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBackups, type Backups } from '../src-main/backups.ts'
import { commandLinePrincipal } from '../src-main/platform/http.ts'
import { createBus } from '../src-main/platform/bus.ts'
import { databaseFile, openDatabase, type Db } from '../src-main/platform/database.ts'
import { createLog } from '../src-main/platform/log.ts'
import { createSettingsStore } from '../src-main/platform/settings-store.ts'
import { aFolder, anEdge, colleague, heldClock, signedIn, type HeldClock } from './support/edge.ts'
import { BackupList } from '../src-shared/backup.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
let clock: HeldClock
let isBusy = false
const made: Backups[] = []
const aKeeper = (dataDir = folder.path) => {
  const backups = createBackups({ db, dataDir, clock, log: createLog(() => undefined), events: createBus(() => undefined), audit: { record: () => undefined }, settings: createSettingsStore(db, clock), appVersion: '1', isBusy: () => isBusy })
  made.push(backups)
  return backups
}
const copies = () => readdirSync(join(folder.path, 'backups')).filter((name) => name.endsWith('.sqlite')).length
/** As a start of the workstation does: it looks at once. */
const looked = async () => { const keeper = aKeeper(); keeper.start(); await new Promise((resolve) => { setTimeout(resolve, 150) }); await keeper.stop(); return keeper }

beforeEach(async () => {
  folder = await aFolder()
  db = openDatabase({ file: databaseFile(folder.path) })
  clock = heldClock('2026-03-02T12:00:00.000Z')
  isBusy = false
})
afterEach(async () => {
  for (const backups of made.splice(0)) await backups.stop()
  db.close()
  await folder.remove()
})

describe('nightly copies', () => {
  it('are made once a night, also when the night was missed, and not while there is work', async () => {
    isBusy = true
    await looked()
    isBusy = false
    await looked()
    expect(copies()).toBe(1)
    await looked()
    expect(copies()).toBe(1)
    clock.advance(3 * 24 * 3600)
    await looked()
    expect(copies()).toBe(2)
  })

  it('go by days, weeks and months, and those by hand stay', async () => {
    await aKeeper().make(commandLinePrincipal)
    for (let day = 0; day < 20; day++) { clock.advance(24 * 3600); await looked() }
    const { backups } = await aKeeper().list()
    expect(backups.filter(({ kind }) => kind === 'by-hand')).toHaveLength(1)
    expect(backups.filter(({ kind }) => kind === 'nightly').length).toBeLessThan(12)
  })

  it('that fail are said, and tried again in an hour', async () => {
    // A folder that can't be made, because a file lies in its place.
    const blocked = aKeeper(databaseFile(folder.path))
    await expect(blocked.make(commandLinePrincipal)).rejects.toThrow()
    expect(blocked.warnings()[0]).toMatch(/^The last backup failed: /)
    expect((await blocked.list()).lastError).not.toBeNull()
    await aKeeper().make(commandLinePrincipal)
    expect(aKeeper().warnings()).toEqual([])
  })
})

it('an administrator may make one at once and set its hour; others may look', async () => {
  const test = await anEdge()
  const admin = await signedIn(test.edge)
  const other = await colleague(test.edge, admin, 'lee', 'assistant')
  expect((await other.send('POST', '/api/backups')).status).toBe(403)
  const list = BackupList.parse(await (await admin.send('POST', '/api/backups')).json())
  expect([list.backups.length, list.isRunning]).toEqual([1, false])
  expect(BackupList.parse(await (await admin.send('PUT', '/api/backups/settings', { hour: 22 })).json()).hour).toBe(22)
  expect((await admin.send('PUT', '/api/backups/settings', { hour: 24 })).status).toBe(400)
  expect(BackupList.parse(await (await other.get('/api/backups')).json()).hour).toBe(22)
  await test.stop()
})
