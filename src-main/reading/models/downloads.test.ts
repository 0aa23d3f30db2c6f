import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anAdmin } from '../../../test/support/analysis-room.ts'
import { aFolder, heldClock } from '../../../test/support/edge.ts'
import { hubStandIn, standInCommit, type HubStandIn } from '../../../test/support/hub-stand-in.ts'
import { tinyModel } from '../../../test/support/tiny-model.ts'
import type { EdgeEvent } from '../../../src-shared/events.ts'
import { createBus } from '../../platform/bus.ts'
import { databaseFile, openDatabase, type Db } from '../../platform/database.ts'
import { createLog } from '../../platform/log.ts'
import type { Keychain } from '../../platform/keychain.ts'
import { createSealedSecret } from '../../platform/sealed-secret.ts'
import { createSettingsStore } from '../../platform/settings-store.ts'
import { createDownloads, type Downloads } from './downloads.ts'
import { createHub } from './hub.ts'
import { createModelManager, type ModelManager } from './manager.ts'

const repo = 'clinic/tiny-ONNX'
let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
let model: ReturnType<typeof tinyModel>
let hub: HubStandIn
let audited: string[]
let logged: string[]
let token: string | null
let models: ModelManager
let downloads: Downloads
let free: number | null
let pauses: number[]

/** As after a start of the application. */
function open(): void {
  const clock = heldClock()
  const log = createLog((line) => { logged.push(JSON.stringify(line)) })
  const audit = { record: ({ action }: { action: string }) => { audited.push(action) } }
  const settings = createSettingsStore(db, clock)
  models = createModelManager({ db, clock, log, events: createBus<EdgeEvent>((error) => { throw error }), audit, settings, places: { own: join(folder.path, 'models'), shipped: join(folder.path, 'shipped'), given: null }, suggestedRepo: repo })
  downloads = createDownloads({
    hub: createHub({ url: hub.url, token: () => token }), manager: models, db, clock, log, audit, freeBytes: () => Promise.resolve(free), stallMs: 1000,
    pause: (ms, signal) => { signal.throwIfAborted(); pauses.push(ms); return Promise.resolve() }
  })
}
const ask = { repo, revision: standInCommit, dtype: 'fp32', hasAcceptedLicence: true } as const
const fetchIt = async () => { const { id } = await downloads.start(ask, anAdmin); await downloads.ended(id) }
const installed = async () => (await models.list()).models
/** Files of a download that are on their way. */
const partsOf = (id: string) => (existsSync(join(folder.path, 'models', '.incoming', id)) ? readdirSync(join(folder.path, 'models', '.incoming', id)).filter((name) => name.endsWith('.part')) : [])
const refused = (status: number, code?: string, message?: string) => ({ status, ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) })

beforeEach(async () => {
  folder = await aFolder()
  db = openDatabase({ file: databaseFile(folder.path) })
  model = tinyModel({ seed: 5, isExternal: true })
  hub = await hubStandIn({ folder: model.folder, repo })
  ;[audited, logged, token, free, pauses] = [[], [], 'hf_good_token', null, []]
  open()
})
afterEach(async () => { await downloads.stop(); await hub.close(); db.close(); model.remove(); await folder.remove() })

describe('an offer', () => {
  it('tells what a repository holds at a commit, whole dtypes alone, over every page of its list', async () => {
    hub.files.set('onnx/decoder_model_merged_q4.onnx', Buffer.alloc(10))
    hub.files.set('weights.safetensors', Buffer.alloc(90_000))
    const offer = await downloads.offer({ repo, revision: 'main' })
    expect(offer).toMatchObject({ repo, revision: standInCommit, isGated: true, licence: 'health-ai-developer-foundations' })
    const wanted = [...hub.files].filter(([path]) => !path.includes('_q4') && !path.includes('safetensors') && path !== 'vigil-model.json')
    expect(offer.dtypes).toEqual([{ dtype: 'fp32', bytes: wanted.reduce((sum, [, bytes]) => sum + bytes.length, 0), files: wanted.length }])
  })
  it('follows a repository that was renamed', async () => {
    expect((await downloads.offer({ repo: 'old/tiny-ONNX', revision: 'main' })).revision).toBe(standInCommit)
  })
  it.each([
    ['a repository that is not there', () => undefined, 'other/none', 'no repository other/none'],
    ['a branch that is not there', () => undefined, repo, 'no such revision'],
    ['one that holds no model', () => { hub.files.delete('onnx/vision_encoder.onnx') }, repo, 'no whole set of graphs'],
    ['a guest network in between', () => { hub.isPortal = true }, repo, 'sign-in page'],
    ['a token that is wrong', () => { token = 'hf_wrong' }, repo, 'does not know this access token'],
    ['a hub out of order', () => { hub.refusals = [refused(503)] }, repo, 'out of order (503)']
  ])('of %s is refused in a sentence', async (name, prepare, from, words) => {
    prepare()
    await expect(downloads.offer({ repo: from, revision: name.startsWith('a branch') ? 'gone' : 'main' })).rejects.toThrow(words)
  })
})

describe('a download', () => {
  it('brings every file, checks it, names its commit and who accepted the terms, and sends the token to the hub alone', async () => {
    await fetchIt()
    const [one] = await installed()
    expect(one).toMatchObject({ name: 'tiny-ONNX-fp32', repo, revision: standInCommit, dtype: 'fp32', source: 'hub', state: 'ready', isActive: true, licence: { acceptedBy: 'Ada Admin' } })
    expect(await models.verify('tiny-ONNX-fp32')).toMatchObject({ state: 'ready' })
    for (const path of ['config.json', 'onnx/embed_tokens.onnx']) expect(readFileSync(join(folder.path, 'models', 'tiny-ONNX-fp32', path))).toEqual(hub.files.get(path))
    expect(hub.leaks).toEqual([])
    expect(hub.received.some((line) => line.startsWith('STORE'))).toBe(true)
    expect(audited).toEqual(['model.accept-terms', 'model.add'])
    expect(readdirSync(join(folder.path, 'models', '.incoming'))).toEqual([])
    expect(existsSync(join(folder.path, 'models', 'tiny-ONNX-fp32', 'download.json'))).toBe(false)
    expect(logged.join()).not.toContain('hf_good_token')
  })
  it.each([
    ['whose connection is cut is taken up again', ['cut', 'cut'], null], ['whose signed address expired asks for a new one', ['expired'], false],
    ['from a store that begins again takes the file anew', ['stalls', 'ignores-range'], true], ['from a store that goes on elsewhere begins again', ['stalls', 'wrong-place'], true],
    ['that stalls goes on from the byte where it ended', ['stalls'], true], ['whose bytes are wrong once is fetched once more', ['wrong-bytes'], false], ['of more bytes than there are begins again', ['too-much'], false]
  ] as const)('%s', async (_name, bodies, goesOn) => {
    hub.bodies = [...bodies]
    await fetchIt()
    expect((await models.verify('tiny-ONNX-fp32')).state).toBe('ready')
    // How much of what was sent before a cut has arrived is nobody's to say.
    if (goesOn !== null) expect(hub.received.some((line) => line.includes('bytes='))).toBe(goesOn)
  })
  it('that began with other bytes of the same name begins again', async () => {
    hub.smallBodies = ['stalls']
    hub.tag = 'first'
    const { id } = await downloads.start(ask, anAdmin)
    await vi.waitFor(() => { expect(partsOf(id)).toHaveLength(1) })
    await downloads.cancel(id)
    hub.tag = 'second'
    downloads.resume(id, anAdmin)
    await downloads.ended(id)
    expect((await models.verify('tiny-ONNX-fp32')).state).toBe('ready')
    // Asked to go on, given other bytes, asked for all of them.
    expect(hub.received.filter((line) => line.includes('/resolve/')).slice(1, 3).map((line) => line.includes('bytes='))).toEqual([true, false])
  })
  it('is kept when the link stays away, found after a restart, and gone on with', async () => {
    hub.bodies = Array.from({ length: 40 }, () => 'expired' as const)
    await expect(fetchIt()).rejects.toThrow('kept: go on when the link is back')
    expect(downloads.list()).toMatchObject([{ state: 'failed', error: expect.stringContaining('go on') }])
    expect(pauses.length).toBeGreaterThan(3)
    hub.bodies = []
    await downloads.stop()
    open()
    await models.clean()
    const [left] = downloads.list()
    expect(left).toMatchObject({ state: 'failed', name: 'tiny-ONNX-fp32' })
    downloads.resume(left?.id ?? '', anAdmin)
    await downloads.ended(left?.id ?? '')
    expect(await installed()).toMatchObject([{ state: 'ready' }])
    expect(audited.filter((action) => action === 'model.accept-terms')).toHaveLength(1)
  })
  it('that was cancelled is kept until it is thrown away', async () => {
    hub.smallBodies = ['stalls']
    const { id } = await downloads.start(ask, anAdmin)
    await vi.waitFor(() => { expect(partsOf(id)).toHaveLength(1) })
    await downloads.cancel(id)
    expect(downloads.list()).toMatchObject([{ id, state: 'cancelled' }])
    await downloads.cancel(id)
    expect(downloads.list()).toEqual([])
    expect(readdirSync(join(folder.path, 'models', '.incoming'))).toEqual([])
  })
  it('waits its turn, and is cancelled while it waits', async () => {
    hub.smallBodies = ['stalls', 'stalls', 'stalls']
    const first = await downloads.start(ask, anAdmin)
    await expect(downloads.start(ask, anAdmin)).rejects.toThrow('fetched already')
    hub.files.set('onnx/embed_tokens_q4.onnx', Buffer.alloc(20))
    hub.files.set('onnx/vision_encoder_q4.onnx', Buffer.alloc(20))
    hub.files.set('onnx/decoder_model_merged_q4.onnx', Buffer.alloc(20))
    const second = await downloads.start({ ...ask, dtype: 'q4' }, anAdmin)
    await downloads.cancel(second.id)
    expect(downloads.list().find(({ id }) => id === second.id)).toMatchObject({ state: 'cancelled' })
    await downloads.cancel(first.id)
  })
  it.each([
    ['a gated repository without a token', () => { token = null }, 'accepted its terms on the hub'],
    ['an account that has not accepted the terms', () => { hub.refusals = [null, null, refused(403, 'GatedRepo', 'not in the authorized list')] }, 'Acknowledge license'],
    ['a token without the right to read', () => { hub.refusals = [null, null, refused(403)] }, 'may not read gated repositories'],
    ['a repository that was switched off', () => { hub.refusals = [null, null, refused(403, undefined, 'Access to this resource is disabled.')] }, 'switched off'],
    ['a file that went away', () => { hub.refusals = [null, null, refused(404, 'EntryNotFound')] }, 'no longer there'],
    ['a commit that went away', () => { hub.refusals = [null, null, refused(404, 'RevisionNotFound')] }, 'no such revision'],
    ['a revision that moved', () => { hub.commit = '6'.repeat(40) }, 'has moved'],
    ['bytes that are wrong twice', () => { hub.bodies = ['wrong-bytes', 'wrong-bytes'] }, 'twice over'],
    ['a disk without room', () => { free = 100 }, 'Make room']
  ])('ends in a sentence at %s, and nothing takes a place', async (_name, prepare, words) => {
    prepare()
    await expect(fetchIt()).rejects.toThrow(words)
    expect(await installed()).toEqual([])
    expect(downloads.list()).toMatchObject([{ state: 'failed', error: expect.stringContaining(words) }])
  })
  it('waits as long as a hub that is asked too often says', async () => {
    hub.refusals = [null, null, { status: 429, headers: { ratelimit: '"resolvers";r=0;t=55' } }]
    await fetchIt()
    expect(pauses).toContain(55_000)
  })
  it('puts a new one in the place of the old only when it is whole', async () => {
    await fetchIt()
    const before = (await installed())[0]?.weightsSha256
    hub.bodies = ['wrong-bytes', 'wrong-bytes']
    await expect(fetchIt()).rejects.toThrow('twice over')
    expect(await installed()).toMatchObject([{ weightsSha256: before, state: 'ready' }])
  })
  it('whose file on disk is longer than it should be begins it again', async () => {
    hub.smallBodies = ['stalls']
    const { id } = await downloads.start(ask, anAdmin)
    await vi.waitFor(() => { expect(partsOf(id)).toHaveLength(1) })
    await downloads.cancel(id)
    const incoming = join(folder.path, 'models', '.incoming', id)
    writeFileSync(join(incoming, partsOf(id)[0] ?? ''), Buffer.alloc(100_000))
    downloads.resume(id, anAdmin)
    await downloads.ended(id)
    expect(await installed()).toMatchObject([{ state: 'ready' }])
  })
})

describe('the access token', () => {
  const clock = heldClock()
  const make = (keychain: Keychain | null, environment: string | null = null) => createSealedSecret({ settings: createSettingsStore(db, clock), keychain, environment, environmentName: 'HF_TOKEN', key: 'reader.hub-token', log: createLog(() => undefined) })
  const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a)
  const keychain = { seal: (secret: string) => flip(Buffer.from(secret)), open: (sealed: Uint8Array) => Buffer.from(flip(sealed)).toString() }

  it('lies on disk only as the keychain sealed it', () => {
    make(keychain).set('hf_good_token')
    expect(make(keychain)).toMatchObject({ canKeep: true })
    expect(make(keychain).current()).toBe('hf_good_token')
    expect(make(keychain).place()).toBe('keychain')
    expect(JSON.stringify(db.sqlite.prepare('select * from settings').all())).not.toContain('hf_good_token')
    expect(make(null).place()).toBe('none')
    expect(make({ ...keychain, open: () => { throw new Error('another machine') } }).place()).toBe('none')
    const token = make(keychain)
    token.forget()
    expect(token.current()).toBeNull()
  })
  it('is kept for the run alone where there is no keychain, and one of the environment goes before', () => {
    const token = make(null)
    token.set('hf_good_token')
    expect(token.place()).toBe('memory')
    expect(make(null).current()).toBeNull()
    expect(db.sqlite.prepare('select count(*) as n from settings').get()).toEqual({ n: 0 })
    expect(make(keychain, 'hf_env').current()).toBe('hf_env')
    expect(() => { make(keychain, 'hf_env').set('other') }).toThrow('HF_TOKEN')
  })
})
