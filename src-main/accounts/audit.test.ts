import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFolder, heldClock } from '../../test/support/edge.ts'
import { databaseFile, openDatabase, type Db } from '../platform/database.ts'
import { createAudit, type AuditTrail } from './audit.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
let audit: AuditTrail
beforeEach(async () => {
  folder = await aFolder()
  db = openDatabase({ file: databaseFile(folder.path) })
  audit = createAudit({ db, clock: heldClock() })
})
afterEach(async () => {
  db.close()
  await folder.remove()
})

const record = (subject = 'study-1') => { audit.record({ actor: 'system', actorName: 'Vigil', action: 'test', subject, detail: { n: 1 } }) }
/** As somebody with the file and a tool would: triggers away first. */
const tamper = (sql: string) => {
  const other = new Database(databaseFile(folder.path))
  other.exec('drop trigger audit_entries_no_update; drop trigger audit_entries_no_delete; drop trigger audit_entries_no_replace')
  other.exec(sql)
  other.close()
}

describe('the audit trail', () => {
  it('refuses to change, delete or replace a row', () => {
    record()
    for (const sql of [
      `update audit_entries set actor = 'x'`, 'delete from audit_entries',
      `insert or replace into audit_entries (sequence, at, actor, actor_name, action, subject, detail, previous_hash, hash) values (1, '', '', '', '', '', '', '', '')`
    ]) expect(() => db.sqlite.exec(sql)).toThrow('append-only')
  })

  it('is intact when nobody touched it, and goes on over a reopening', async () => {
    for (let index = 0; index < 5; index++) record()
    db.close()
    db = openDatabase({ file: databaseFile(folder.path) })
    audit = createAudit({ db, clock: heldClock() })
    record()
    expect(await audit.verify()).toBe(true)
    expect((await audit.page({ before: null, limit: 10, subject: null })).entries.map(({ sequence }) => sequence)).toEqual([6, 5, 4, 3, 2, 1])
  })

  it.each([
    ['a changed word', `update audit_entries set action = 'other' where sequence = 2`],
    ['a changed time', `update audit_entries set at = '2020-01-01T00:00:00.000Z' where sequence = 2`],
    ['a row taken out', 'delete from audit_entries where sequence = 2'],
    ['a first row taken out', 'delete from audit_entries where sequence = 1'],
    ['an end cut off', 'delete from audit_entries where sequence = 3'],
    ['everything taken out', 'delete from audit_entries']
  ])('notices %s', async (_what, sql) => {
    for (let index = 0; index < 3; index++) record()
    tamper(sql)
    expect(await audit.verify()).toBe(false)
    expect((await audit.page({ before: null, limit: 10, subject: null })).isIntact).toBe(false)
  })

  it('keeps a line if and only if the act it speaks of is kept', async () => {
    expect(() => db.sqlite.transaction(() => {
      record()
      throw new Error('the act failed')
    })()).toThrow('the act failed')
    expect((await audit.page({ before: null, limit: 10, subject: null })).entries).toEqual([])
    record()
    expect(await audit.verify()).toBe(true)
  })

  it('chains the lines of two processes into one', async () => {
    const other = openDatabase({ file: databaseFile(folder.path) })
    const theirs = createAudit({ db: other, clock: heldClock() })
    for (let index = 0; index < 20; index++) {
      record()
      theirs.record({ actor: 'command-line', actorName: 'Command line', action: 'test', subject: 'study-2' })
    }
    expect(await audit.verify()).toBe(true)
    expect(await theirs.verify()).toBe(true)
    other.close()
  })

  it('comes in pages, newest first, and by subject', async () => {
    for (let index = 0; index < 7; index++) record(index % 2 === 0 ? 'even' : 'odd')
    const first = await audit.page({ before: null, limit: 3, subject: null })
    expect([first.entries.map(({ sequence }) => sequence), first.next]).toEqual([[7, 6, 5], 5])
    const last = await audit.page({ before: 2, limit: 3, subject: null })
    expect([last.entries.map(({ sequence }) => sequence), last.next]).toEqual([[1], null])
    expect((await audit.page({ before: null, limit: 10, subject: 'odd' })).entries.map(({ sequence }) => sequence)).toEqual([6, 4, 2])
  })
})
