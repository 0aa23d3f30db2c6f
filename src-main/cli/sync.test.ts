import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudStandIn, type CloudStandIn } from '../../test/support/cloud-storage/stand-in.ts'
import { commandLine, type CommandLine } from '../../test/support/command-line.ts'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { aFolder } from '../../test/support/edge.ts'
import { SyncJson, SyncListJson, SyncReportJson } from '../../src-shared/cli.ts'

let vigil: CommandLine
let cloud: CloudStandIn
let folder: Awaited<ReturnType<typeof aFolder>>
beforeEach(async () => {
  vigil = commandLine()
  cloud = await cloudStandIn()
  folder = await aFolder()
  writeFileSync(join(folder.path, 'one.dcm'), aDicomFile(aSlice()))
  await vigil.run('import', folder.path)
})
afterEach(async () => { vigil.remove(); await cloud.close(); await folder.remove() })
const online = (...args: readonly string[]) => vigil.runWith({ env: { GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: cloud.url, METADATA_SERVER_DETECTION: 'none' } }, ...args)
const json = async <T>(schema: { parse: (value: unknown) => T }, ...args: readonly string[]): Promise<T> => schema.parse(JSON.parse((await online('sync', ...args, '--json')).out))

describe('sync', () => {
  it('says that nothing is set up, and what to set', async () => {
    const { code, out } = await vigil.run('sync', 'status')
    expect([code, out]).toEqual([0, expect.stringContaining('GCS_BUCKET')])
    expect((await vigil.run('sync', 'send', 'latest')).err).toContain('No place for copies')
  })
  it('sends a study, lists what left, and names no patient', async () => {
    const { code, out } = await online('sync', 'send', 'latest')
    expect([code, out]).toEqual([0, expect.stringContaining('all off-site')])
    expect([...cloud.bucket.objects.keys()].map((name) => name.replace(/.*\//, '').replace(/^[0-9a-f]{64}/, 'hash'))).toEqual(['hash.dcm', 'manifest-1.json'])
    expect((await json(SyncReportJson, 'report')).lines).toMatchObject([{ kind: 'study-upload' }])
    expect((await online('sync', 'list', '--state', 'all')).out).not.toMatch(/DOE|PHANTOM/i)
  })
  it('tells of a cloud that is silent, holds, tries again and gives up', async () => {
    cloud.isDown = true
    expect((await online('sync', 'send', 'latest')).code).toBe(1)
    const [item] = (await json(SyncListJson, 'list')).items
    expect(item).toMatchObject({ kind: 'study-upload', state: 'waiting', tries: 0 })
    expect((await json(SyncJson, 'pause', 'cloud-storage')).targets.find(({ target }) => target === 'cloud-storage')?.isPaused).toBe(true)
    await online('sync', 'resume')
    await online('sync', 'cancel', item?.id ?? '')
    expect((await json(SyncListJson, 'list', '--state', 'cancelled')).items).toHaveLength(1)
    cloud.isDown = false
    await online('sync', 'retry', item?.id ?? '')
    expect((await online('sync', 'now')).code).toBe(0)
    expect(cloud.bucket.objects.size).toBe(2)
  })
  it('refuses what it does not know', async () => {
    for (const args of [['go'], ['retry'], ['retry', 'x'], ['pause', 'moon'], ['list', '--state', 'lost']]) expect((await online('sync', ...args)).code).toBe(2)
  })
})
