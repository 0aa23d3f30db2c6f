import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFolder } from '../../test/support/edge.ts'
import { createBus } from './bus.ts'
import { databaseFile, openDatabase } from './database.ts'
import { watchNeighbours } from './neighbours.ts'
import { isAlive, isMarkAlive, processMark } from './processes.ts'
import { appVersion, resourcePath } from './resources.ts'
import { newRowId } from './row-id.ts'

describe('the bus', () => {
  it('tells everybody, though one of them throws, and says so', () => {
    const errors: unknown[] = []
    const bus = createBus<number>((error) => { errors.push(error) })
    const heard: number[] = []
    bus.subscribe(() => { throw new Error('broken window') })
    const unsubscribe = bus.subscribe((event) => { heard.push(event) })
    bus.publish(1)
    unsubscribe()
    bus.publish(2)
    expect(heard).toEqual([1])
    expect(errors).toHaveLength(2)
  })
})

describe('watching the neighbours', () => {
  let folder: Awaited<ReturnType<typeof aFolder>>
  beforeEach(async () => { folder = await aFolder() })
  afterEach(() => folder.remove())

  it('notices what another process commits, not what we commit ourselves, and ends', async () => {
    const ours = openDatabase({ file: databaseFile(folder.path) })
    const theirs = openDatabase({ file: databaseFile(folder.path) })
    let changes = 0
    const stop = watchNeighbours(ours, () => { changes += 1 }, (error) => { throw error }, 10)
    const pause = () => new Promise((resolve) => { setTimeout(resolve, 60) })
    ours.sqlite.exec(`insert into settings values ('ours', '', '')`)
    await pause()
    expect(changes).toBe(0)
    theirs.sqlite.exec(`insert into settings values ('theirs', '', '')`)
    await expect.poll(() => changes).toBe(1)
    stop()
    theirs.sqlite.exec(`insert into settings values ('more', '', '')`)
    await pause()
    expect(changes).toBe(1)
    ours.close()
    theirs.close()
  })
})

describe('watching the neighbours of a database that does not answer', () => {
  it('says so and goes on, because nobody stands above a timer', async () => {
    const folder = await aFolder()
    const ours = openDatabase({ file: databaseFile(folder.path) })
    const errors: unknown[] = []
    const stop = watchNeighbours(ours, () => undefined, (error) => { errors.push(error) }, 5)
    ours.close()
    await expect.poll(() => errors.length).toBeGreaterThan(1)
    stop()
    await folder.remove()
  })
})

describe('processes', () => {
  it('are alive or not', () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    expect([isAlive(process.pid), isAlive(process.ppid), isAlive(pid), isAlive(0), isAlive(-1), isAlive(1.5), isAlive(Number.NaN)]).toEqual([true, true, false, false, false, false, false])
    expect([isMarkAlive(processMark()), isMarkAlive(`${process.pid}-1`), isMarkAlive(`${process.ppid}-1`), isMarkAlive(`${pid}-1`), isMarkAlive(''), isMarkAlive('..')]).toEqual([true, false, true, false, false, false])
  })
})

describe('row ids', () => {
  it('are UUIDs of version 7 that sort by time', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => newRowId(1_700_000_000_000 + index))
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(Array.from({ length: 1000 }, () => newRowId(1))).size).toBe(1000)
  })
})

describe('resources', () => {
  it('are found from the sources', () => {
    expect(resourcePath('migrations')).toMatch(/resources[\\/]migrations$/)
    expect(appVersion()).toMatch(/^\d+\.\d+\.\d+/)
  })
})
