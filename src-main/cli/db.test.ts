import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine, type CommandLine } from '../../test/support/command-line.ts'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { aFolder } from '../../test/support/edge.ts'
import { CheckJson, DbBackupJson, DbRestoreJson } from '../../src-shared/cli.ts'

let vigil: CommandLine
let folder: Awaited<ReturnType<typeof aFolder>>
beforeEach(async () => {
  vigil = commandLine()
  folder = await aFolder()
  writeFileSync(join(folder.path, 'one.dcm'), aDicomFile(aSlice()))
  await vigil.run('import', folder.path)
})
afterEach(async () => { vigil.remove(); await folder.remove() })
const json = async <T>(schema: { parse: (value: unknown) => T }, ...args: readonly string[]): Promise<T> => schema.parse(JSON.parse((await vigil.run('db', ...args, '--json')).out))

describe('db', () => {
  it('copies database and files to a stick, loses a file and the database, and has both again', async () => {
    const stick = join(folder.path, 'stick')
    const { backup, blobs } = await json(DbBackupJson, 'backup', '--with-blobs', stick)
    expect(blobs).toMatchObject({ copied: 1, missing: 0 })
    expect(await json(CheckJson, 'check')).toMatchObject({ isSound: true, blobs: { checked: 1 } })
    const blobRoot = join(vigil.folder, 'data', 'blobs')
    rmSync(join(blobRoot, readdirSync(blobRoot)[0] ?? ''), { recursive: true })
    expect((await vigil.run('db', 'check')).code).toBe(1)
    expect(await json(CheckJson, 'check', '--repair', '--from', stick)).toMatchObject({ isSound: true, done: [expect.stringContaining('Brought the file')] })
    writeFileSync(join(vigil.folder, 'data', 'vigil.sqlite'), 'gone')
    expect((await vigil.run('db', 'check')).out).toContain('vigil db restore')
    const { replaced } = await json(DbRestoreJson, 'restore', backup)
    expect(replaced).toContain('replaced-')
    expect(await json(CheckJson, 'check')).toMatchObject({ isSound: true, blobs: { checked: 1 } })
  })
  it('names a copy by its name alone, and says what it does not take', async () => {
    const { backup } = await json(DbBackupJson, 'backup')
    expect((await vigil.run('db', 'restore', backup.split('/').at(-1) ?? '')).code).toBe(0)
    expect((await vigil.run('db', 'restore', 'none.sqlite')).err).toContain('no such file')
    for (const args of [['restore'], ['check', 'x'], ['fix']]) expect((await vigil.run('db', ...args)).code).toBe(2)
  })
})
