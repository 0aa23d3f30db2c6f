import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFolder, heldClock } from '../../../test/support/edge.ts'
import { anAdmin } from '../../../test/support/analysis-room.ts'
import { tinyModel } from '../../../test/support/tiny-model.ts'
import type { EdgeEvent } from '../../../src-shared/events.ts'
import { createBus } from '../../platform/bus.ts'
import { databaseFile, openDatabase, type Db } from '../../platform/database.ts'
import { createLog } from '../../platform/log.ts'
import { createSettingsStore } from '../../platform/settings-store.ts'
import { createModelManager, type ModelManager } from './manager.ts'
import { ModelManifest, ModelPath } from './manifest.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
let stick: ReturnType<typeof tinyModel>
let audited: string[]
const manager = (given: string | null = null): ModelManager => {
  const clock = heldClock()
  return createModelManager({
    db, clock, log: createLog(() => undefined), events: createBus<EdgeEvent>((error) => { throw error }), audit: { record: ({ action }) => { audited.push(action) } }, settings: createSettingsStore(db, clock),
    places: { own: join(folder.path, 'models'), shipped: join(folder.path, 'shipped'), given }, suggestedRepo: 'x/y'
  })
}
const bring = (models: ModelManager, from = stick.folder) => models.importFolder({ folder: from, hasAcceptedLicence: true }, anAdmin)

beforeEach(async () => {
  folder = await aFolder()
  db = openDatabase({ file: databaseFile(folder.path) })
  stick = tinyModel({ seed: 8 })
  audited = []
})
afterEach(async () => { db.close(); stick.remove(); await folder.remove() })

describe('a model from a folder', () => {
  it('is copied, read back, and named with its weights and who accepted its terms', async () => {
    const models = manager()
    expect(await bring(models)).toMatchObject({ name: 'tiny-gemma3', dtype: 'fp32', state: 'ready', source: 'folder', isTestModel: true, licence: { acceptedBy: 'Ada Admin' } })
    expect(audited).toEqual(['model.accept-terms', 'model.add'])
    expect(readdirSync(join(folder.path, 'models', '.incoming'))).toEqual([])
    expect(() => db.sqlite.prepare('delete from licence_acceptances').run()).toThrow('append-only')
    // A test model reads nothing of patients unless somebody says so.
    expect(models.active()).toBeNull()
    models.use('tiny-gemma3', anAdmin)
    expect(models.active()).toMatchObject({ name: 'tiny-gemma3', isTestModel: true })
  })
  it('without a manifest gets one', async () => {
    rmSync(join(stick.folder, 'vigil-model.json'))
    const models = manager()
    expect(await bring(models)).toMatchObject({ state: 'ready', isTestModel: false })
    expect(models.active()?.weightsSha256).toHaveLength(64)
  })
  it.each([
    ['that is none', (at: string) => { rmSync(join(at, 'config.json')) }, 'config.json is missing'], ['that lacks a graph', (at: string) => { rmSync(join(at, 'onnx', 'vision_encoder.onnx')) }, 'vision_encoder'],
    ['whose file was cut short', (at: string) => { truncateSync(join(at, 'onnx', 'embed_tokens.onnx'), 100) }, 'cut short'], ['with a manifest that can not be read', (at: string) => { writeFileSync(join(at, 'vigil-model.json'), '{"format":"other"}') }, 'not readable'],
    ['of another kind of model', (at: string) => { writeFileSync(join(at, 'config.json'), '{"architectures":["LlamaForCausalLM"]}'); rmSync(join(at, 'vigil-model.json')) }, 'Gemma 3']
  ])('%s is refused in a sentence, and nothing of it is kept', async (_name, damage, words) => {
    damage(stick.folder)
    const models = manager()
    await expect(bring(models)).rejects.toThrow(words)
    expect((await models.list()).models).toEqual([])
  })
  it('whose bytes are not those of its manifest is refused after reading them back', async () => {
    writeFileSync(join(stick.folder, 'chat_template.jinja'), 'x'.repeat((await import('node:fs')).statSync(join(stick.folder, 'chat_template.jinja')).size))
    await expect(bring(manager())).rejects.toThrow('chat_template.jinja is damaged')
    expect(existsSync(join(folder.path, 'models', 'tiny-gemma3'))).toBe(false)
  })
  it('takes the place of the one before only when it is whole', async () => {
    const models = manager()
    const { weightsSha256 } = await bring(models)
    const other = tinyModel({ seed: 9 })
    writeFileSync(join(other.folder, 'onnx', 'embed_tokens.onnx'), Buffer.alloc((await import('node:fs')).statSync(join(other.folder, 'onnx', 'embed_tokens.onnx')).size))
    await expect(bring(models, other.folder)).rejects.toThrow('damaged')
    expect((await models.list()).models[0]).toMatchObject({ weightsSha256, state: 'ready' })
    const third = tinyModel({ seed: 10 })
    expect((await bring(models, third.folder)).weightsSha256).not.toBe(weightsSha256)
    other.remove()
    third.remove()
  })
})

describe('a model that is here', () => {
  it('is found again by verifying when it has rotted, and is not used any more', async () => {
    const models = manager()
    await bring(models)
    models.use('tiny-gemma3', anAdmin)
    expect(await models.verify('tiny-gemma3')).toMatchObject({ state: 'ready', isActive: true, verifiedAt: expect.any(String) })
    const file = join(folder.path, 'models', 'tiny-gemma3', 'tokenizer.json')
    writeFileSync(file, 'x'.repeat((await import('node:fs')).statSync(file).size))
    expect(await models.verify('tiny-gemma3')).toMatchObject({ state: 'damaged', problem: expect.stringContaining('tokenizer.json is damaged') })
    expect(models.active()).toBeNull()
    expect(() => { models.use('tiny-gemma3', anAdmin) }).toThrow("can't be used")
  })
  it('is taken away when asked to, but not where Vigil did not put it', async () => {
    const models = manager(stick.folder)
    expect(models.active()).toMatchObject({ folder: stick.folder })
    await expect(models.remove('tiny-gemma3', anAdmin)).rejects.toMatchObject({ code: 'not-allowed' })
    const own = manager()
    await bring(own)
    await own.remove('tiny-gemma3', anAdmin)
    expect((await own.list()).models).toEqual([])
    expect(existsSync(stick.folder)).toBe(true)
  })
  it('is found in a folder that holds several', async () => {
    mkdirSync(join(folder.path, 'several'))
    cpSync(stick.folder, join(folder.path, 'several', 'one'), { recursive: true })
    expect(manager(join(folder.path, 'several')).active()).toMatchObject({ name: 'tiny-gemma3' })
  })
})

describe('nothing leads out of the folder', () => {
  it.each(['../x', '/etc/passwd', 'a/../../x', 'C:\\x', 'a\\b', 'a//b', './x', 'a\0b'])('not the path %s', (path) => { expect(ModelPath.safeParse(path).success).toBe(false) })
  it('not a manifest that names one', () => {
    const manifest = { format: 'vigil-model/1', name: '../x', repo: null, revision: null, dtype: 'q4', isTestModel: false, files: [{ path: 'a', bytes: 1, sha256: 'a'.repeat(64) }], licence: null, createdAt: '2026-01-01T00:00:00.000Z' }
    expect(ModelManifest.safeParse(manifest).success).toBe(false)
    expect(ModelManifest.safeParse({ ...manifest, name: 'x' }).success).toBe(true)
  })
  it('not a link on the stick', async () => {
    rmSync(join(stick.folder, 'vigil-model.json'))
    symlinkSync('/etc/hostname', join(stick.folder, 'generation_config_2.json'))
    const { name } = await bring(manager())
    expect(existsSync(join(folder.path, 'models', name, 'generation_config_2.json'))).toBe(false)
  })
})
