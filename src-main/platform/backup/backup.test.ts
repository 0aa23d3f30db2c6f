import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFolder } from '../../../test/support/edge.ts'
import { blobColumns } from '../../blob-columns.ts'
import { blobPath } from '../blobs.ts'
import { databaseFile, openDatabase, type Db } from '../database.ts'
import { copyBlobs, listBackups, makeBackup, manifestFile, readManifest } from './backup.ts'
import { checkAll } from './check.ts'
import { restoreBackup } from './restore.ts'
import { keptOf } from './retention.ts'
import { salvage } from './salvage.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
const at = new Date('2026-03-02T08:00:00.000Z')
const dataDir = () => folder.path
const file = () => databaseFile(folder.path)
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const settings = (sqlite: Database.Database) => sqlite.prepare<[], { key: string }>('select key from settings order by key').all().map(({ key }) => key)
const put = (count: number, prefix = 'k') => {
  const insert = db.sqlite.prepare("insert into settings (key, value, updated_at) values (?, ?, '2026')")
  db.sqlite.transaction(() => { for (let index = 0; index < count; index++) insert.run(`${prefix}${String(index).padStart(5, '0')}`, randomBytes(100).toString('hex')) })()
}
const addBlob = (bytes: Buffer) => {
  const hash = sha(bytes)
  mkdirSync(dirname(blobPath(dataDir(), hash)), { recursive: true })
  writeFileSync(blobPath(dataDir(), hash), bytes)
  db.sqlite.prepare("insert into upload_tickets (id, secret_hash, object_name, content_type, max_bytes, expires_at, sha256, bytes, created_by, created_at) values (?, ?, 'o', 'a/b', 1, '2026', ?, ?, 'x', '2026')").run(hash, hash, hash, bytes.length)
  return hash
}
const make = () => makeBackup({ sqlite: db.sqlite, folder: join(dataDir(), 'backups'), columns: blobColumns, appVersion: '1', kind: 'by-hand', at })
const check = (more: Partial<Parameters<typeof checkAll>[0]> = {}) => checkAll({ dataDir: dataDir(), columns: blobColumns, isQuick: false, isRepair: false, from: null, ...more })

beforeEach(async () => {
  folder = await aFolder()
  db = openDatabase({ file: file() })
})
afterEach(async () => {
  if (db.sqlite.open) db.close()
  await folder.remove()
})

describe('a backup', () => {
  it('is a whole copy of a database in use, read back, with a manifest that tells it from a changed one', async () => {
    put(500)
    const blob = addBlob(Buffer.from('image'))
    const { file: copy, manifest } = await make()
    expect(manifest).toMatchObject({ format: 'vigil-backup/1', kind: 'by-hand', rows: { settings: 500, upload_tickets: 1 }, blobs: { count: 1, bytes: 5, digest: createHash('sha256').update(blob).digest('hex') } })
    expect([manifest.sha256, readdirSync(dirname(copy)).toSorted()]).toEqual([sha(readFileSync(copy)), [copy, manifestFile(copy)].map((path) => path.slice(dirname(copy).length + 1))])
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    const opened = new Database(copy, { readonly: true })
    expect(settings(opened)).toHaveLength(500)
    opened.close()
    expect((await listBackups(dirname(copy))).map(({ rows }) => rows)).toEqual([expect.any(Number)])
  })

  it('brings the stored files along, each once, and refuses one that has changed', async () => {
    const [one, other] = [addBlob(Buffer.from('one')), addBlob(Buffer.from('other'))]
    const { file: copy } = await make()
    const to = join(dataDir(), 'stick')
    const copied = async () => copyBlobs(copy, { from: (sha256) => blobPath(dataDir(), sha256), to, columns: blobColumns })
    expect(await copied()).toMatchObject({ copied: 2, there: 0, missing: 0 })
    expect(await copied()).toMatchObject({ copied: 0, there: 2 })
    expect(readFileSync(join(to, 'blobs', one.slice(0, 2), one), 'utf8')).toBe('one')
    rmSync(join(to, 'blobs', other.slice(0, 2), other))
    writeFileSync(blobPath(dataDir(), other), 'OTHER')
    await expect(copied()).rejects.toThrow('has changed on the disk')
  })

  it('is kept by days, weeks and months, and the newest always', () => {
    const days = Array.from({ length: 400 }, (_, index) => new Date(Date.UTC(2026, 0, 1) + index * 86_400_000).toISOString())
    const kept = [...keptOf(days)].toSorted()
    expect(kept).toContain(days.at(-1))
    expect(kept.length).toBeLessThanOrEqual(7 + 4 + 6)
    expect(kept.filter((day) => day >= (days.at(-7) ?? ''))).toHaveLength(7)
    expect(new Set(kept.map((day) => day.slice(0, 7))).size).toBe(6)
    expect([keptOf([]).size, [...keptOf(['2026-01-01T00:00:00.000Z'])]]).toEqual([0, ['2026-01-01T00:00:00.000Z']])
  })
})

describe('putting a copy back', () => {
  it('keeps aside what was there', async () => {
    put(10, 'old')
    const { file: copy } = await make()
    put(5, 'new')
    db.close()
    const { replaced } = await restoreBackup(copy, dataDir(), at)
    db = openDatabase({ file: file() })
    // And a note of when it was put back, for whatever must not be sent a second time.
    expect(settings(db.sqlite).filter((key) => key !== 'database.restored-at')).toHaveLength(10)
    expect(settings(db.sqlite)).toContain('database.restored-at')
    const aside = new Database(replaced ?? '', { readonly: true })
    expect(settings(aside)).toHaveLength(15)
    aside.close()
  })

  it('is refused while Vigil has the database open', async () => {
    const { file: copy } = await make()
    await expect(restoreBackup(copy, dataDir(), at)).rejects.toThrow('Close it, then try again')
    await expect(salvage(dataDir(), at)).rejects.toThrow('Close it, then try again')
  })

  it('is refused for a copy that is cut, changed, of a newer version, or none at all; nothing is touched', async () => {
    put(2000)
    const { file: copy } = await make()
    db.close()
    const before = sha(readFileSync(file()))
    const bad = join(dataDir(), 'bad.sqlite')
    const spoiled = (spoil: () => void) => { writeFileSync(bad, readFileSync(copy)); spoil(); return restoreBackup(bad, dataDir(), at) }
    await expect(spoiled(() => { truncateSync(bad, 20_000) })).rejects.toThrow('damaged')
    await expect(spoiled(() => { writeFileSync(bad, 'hello') })).rejects.toThrow('no database')
    await expect(restoreBackup(join(dataDir(), 'none'), dataDir(), at)).rejects.toThrow('no such file')
    await expect(spoiled(() => { const newer = new Database(bad); newer.exec("insert into __drizzle_migrations (hash, created_at) values ('x', 9999999999999)"); newer.close() })).rejects.toThrow('newer version')
    await expect(spoiled(() => { const other = new Database(bad); other.exec('drop table __drizzle_migrations'); other.close() })).rejects.toThrow('no database of Vigil')
    const changed = readFileSync(copy)
    changed[changed.length - 1] = 7
    writeFileSync(copy, changed)
    await expect(restoreBackup(copy, dataDir(), at)).rejects.toThrow('bytes have changed')
    expect([sha(readFileSync(file())), existsSync(`${file()}.restoring`)]).toEqual([before, false])
    expect((await readManifest(copy))?.rows['settings']).toBe(2000)
  })
})

describe('a check', () => {
  it('finds nothing wrong where nothing is', async () => {
    addBlob(Buffer.from('image'))
    expect(await check()).toMatchObject({ isSound: true, database: [], blobs: { checked: 1, missing: [], damaged: [] }, plan: [] })
  })

  it('names what is missing and what has changed, and brings both back from a second copy', async () => {
    const [lost, changed, longer] = [addBlob(Buffer.from('lost')), addBlob(Buffer.from('changed')), addBlob(Buffer.from('longer'))]
    const { file: copy } = await make()
    const stick = join(dataDir(), 'stick')
    await copyBlobs(copy, { from: (sha256) => blobPath(dataDir(), sha256), to: stick, columns: blobColumns })
    const spoil = (hash: string, text: string) => { rmSync(blobPath(dataDir(), hash)); writeFileSync(blobPath(dataDir(), hash), text) }
    rmSync(blobPath(dataDir(), lost))
    spoil(changed, 'CHANGED')
    spoil(longer, 'longer than it was')
    expect(await check({ isQuick: true })).toMatchObject({ isSound: false, blobs: { missing: [lost], damaged: [longer] } })
    const found = await check()
    expect([found.isSound, found.blobs.missing, found.blobs.damaged.toSorted(), found.plan.length]).toEqual([false, [lost], [changed, longer].toSorted(), 2])
    const mended = await check({ isRepair: true, from: stick })
    expect([mended.isSound, mended.plan, mended.done.length]).toEqual([true, [], 5])
    expect(readdirSync(join(dataDir(), 'quarantine')).toSorted()).toEqual([changed, longer].toSorted())
    expect(await check()).toMatchObject({ isSound: true })
  })

  it('deletes nothing: what has no second copy stays as it is, said as it is', async () => {
    const lost = addBlob(Buffer.from('lost'))
    rmSync(blobPath(dataDir(), lost))
    expect(await check({ isRepair: true })).toMatchObject({ isSound: false, blobs: { missing: [lost] } })
    expect(db.sqlite.prepare<[], { n: number }>('select count(*) n from upload_tickets').get()?.n).toBe(1)
  })

  it('takes away only what dead processes left, and tells of files that no row names', async () => {
    mkdirSync(join(dataDir(), 'incoming', '999999999-1'), { recursive: true })
    mkdirSync(join(dataDir(), 'incoming', `${process.pid}-${Math.trunc(performance.timeOrigin)}`), { recursive: true })
    mkdirSync(join(dataDir(), 'blobs', 'ab'), { recursive: true })
    writeFileSync(join(dataDir(), 'blobs', 'ab', `ab${'0'.repeat(62)}`), 'nobody')
    expect(await check()).toMatchObject({ isSound: true, blobs: { unused: 1, leftOver: 1 } })
    await check({ isRepair: true })
    expect(readdirSync(join(dataDir(), 'incoming'))).toHaveLength(1)
    expect(readdirSync(join(dataDir(), 'blobs', 'ab'))).toHaveLength(1)
  })
})

describe('a damaged database', () => {
  /** Overwrites a page in the middle, as a failing disk would. */
  const damage = (seed: number) => {
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    const bytes = readFileSync(file())
    const pages = bytes.length / 4096
    const page = Math.floor(pages * (0.2 + 0.7 * ((seed * 0.618) % 1)))
    randomBytes(4096).copy(bytes, page * 4096)
    writeFileSync(file(), bytes)
  }

  it('is found, and what can be read of it goes into a new one, the damaged one kept', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      put(4000, `s${seed}-`)
      const before = settings(db.sqlite)
      damage(seed)
      expect((await check()).isSound).toBe(false)
      const { aside, copied } = await salvage(dataDir(), new Date(at.getTime() + seed))
      expect(existsSync(aside)).toBe(true)
      db = openDatabase({ file: file() })
      const after = new Set(settings(db.sqlite))
      expect([...after].every((key) => before.includes(key))).toBe(true)
      // One page of thousands: nearly everything is there again.
      expect(after.size).toBeGreaterThan(before.length * 0.97)
      expect(copied['settings']).toBe(after.size)
      expect(await check()).toMatchObject({ isSound: true })
      db.sqlite.exec('delete from settings')
    }
  })

  it('is left as it is where nothing of it can be read', async () => {
    put(10)
    db.close()
    writeFileSync(file(), randomBytes(50_000))
    const before = sha(readFileSync(file()))
    expect((await check()).plan[0]).toContain('The database is damaged')
    await expect(salvage(dataDir(), at)).rejects.toThrow('Nothing of this database can be read')
    expect(sha(readFileSync(file()))).toBe(before)
    expect(readdirSync(dataDir()).filter((name) => name.startsWith('salvaged'))).toEqual([])
  })
})
