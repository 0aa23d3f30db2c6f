import { cp, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { EdgeEvent } from '../../../src-shared/events.ts'
import type { InstalledModel, ModelDownload, ModelImportRequest, ModelList } from '../../../src-shared/models.ts'
import type { Audit } from '../../accounts/index.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import type { Principal } from '../../platform/http.ts'
import type { Log } from '../../platform/log.ts'
import { newRowId } from '../../platform/row-id.ts'
import type { SettingsStore } from '../../platform/settings-store.ts'
import type { LocalModel } from '../local/engine.ts'
import { gigabytes } from '../local/memory.ts'
import { freeBytesAt, hashFile, pathsIn, sizeOf, whyNotAModel } from './folder.ts'
import { describeFolder, findModels, installedOf, nameOf, type FoundModel, type Places } from './library.ts'
import { medgemmaLicence, termsSha256 } from './licence.ts'
import { manifestName, ModelManifest, weightsSha256 } from './manifest.ts'
import { createAcceptanceStore } from './store.ts'

export type ModelManagerDeps = Readonly<{ db: Db, clock: Clock, log: Log, events: Bus<EdgeEvent>, audit: Audit, settings: SettingsStore, places: Places, suggestedRepo: string }>
export type ModelManager = ReturnType<typeof createModelManager>
type Import = { view: ModelDownload, controller: AbortController }

const activeKey = 'reader.model'
const verifiedKey = 'reader.models-verified'
const Verified = z.record(z.string(), z.object({ at: z.string(), problem: z.string().nullable() }))

/** Which weights are here, whether they are whole, and who accepted their terms. */
export function createModelManager({ db, clock, log, events, audit, settings, places, suggestedRepo }: ModelManagerDeps) {
  const acceptances = createAcceptanceStore(db)
  const imports = new Map<string, Import>()
  const changed = () => { events.publish({ type: 'models-changed' }) }
  const all = () => findModels(places)
  const verified = () => settings.get(verifiedKey, Verified) ?? {}
  const remember = (name: string, problem: string | null) => { settings.set(verifiedKey, { ...verified(), [name]: { at: clock.iso(), problem } }) }
  const isReady = (model: FoundModel) => model.problem === null && (verified()[nameOf(model)]?.problem ?? null) === null
  /** What somebody chose; else what the environment gives; else the first whole one that is no test model. */
  const activeOf = (models: readonly FoundModel[]): FoundModel | null => {
    const chosen = settings.get(activeKey, z.string())
    return models.find((model) => isReady(model) && nameOf(model) === chosen) ?? models.find((model) => isReady(model) && places.given !== null && model.folder.startsWith(places.given))
      ?? models.find((model) => isReady(model) && model.manifest?.isTestModel === false) ?? null
  }
  const named = (name: string): FoundModel => {
    const found = all().find((model) => nameOf(model) === name)
    if (found === undefined) throw new AppError('not-found', 'There is no model of this name.')
    return found
  }
  const viewOf = (model: FoundModel, active: FoundModel | null): InstalledModel => {
    const known = verified()[nameOf(model)]
    const view = installedOf(model, { isActive: model.folder === active?.folder, verifiedAt: known?.at ?? null, licence: model.manifest?.licence ?? null })
    return view.problem === null && known !== undefined && known.problem !== null ? { ...view, state: 'damaged', problem: known.problem } : view
  }
  /** A person's act, with the text that they saw. Call it inside a transaction. */
  const accept = (repo: string, by: Principal) => {
    const at = clock.iso()
    acceptances.insert({ id: newRowId(), repo, licence: medgemmaLicence.name, termsSha256: termsSha256(medgemmaLicence), acceptedBy: by.id, acceptedByName: by.name, acceptedAt: at })
    audit.record({ actor: by.id, actorName: by.name, action: 'model.accept-terms', subject: repo, detail: { licence: medgemmaLicence.name } })
    return { name: medgemmaLicence.name, url: medgemmaLicence.url, acceptedBy: by.name, acceptedAt: at }
  }

  /** Copies, reads back, and only then puts the folder in its place. */
  const bringIn = async (folder: string, manifest: ModelManifest, entry: Import): Promise<void> => {
    const { signal } = entry.controller
    const incoming = join(places.own, '.incoming', entry.view.id)
    await mkdir(incoming, { recursive: true })
    try {
      for (const { path, sha256, bytes } of manifest.files) {
        signal.throwIfAborted()
        entry.view = { ...entry.view, file: path }
        await mkdir(dirname(join(incoming, path)), { recursive: true })
        await cp(join(folder, path), join(incoming, path))
        const copy = await hashFile(join(incoming, path), { signal })
        if (copy.sha256 !== sha256) throw new AppError('cannot-decode', `The file ${path} is damaged: it is not what its ${manifestName} says. Copy the model to the stick again.`)
        entry.view = { ...entry.view, bytesDone: entry.view.bytesDone + bytes, filesDone: entry.view.filesDone + 1 }
        changed()
      }
      await writeFile(join(incoming, manifestName), `${JSON.stringify(manifest, null, 1)}\n`)
      await switchOver(incoming, manifest.name)
    } finally {
      await rm(incoming, { recursive: true, force: true })
    }
  }
  /** The old one is put aside and taken away only when the new one stands. */
  const switchOver = async (incoming: string, name: string) => {
    const target = join(places.own, name)
    const aside = join(places.own, '.incoming', `${name}-old-${newRowId()}`)
    await syncFiles(incoming)
    if (existsSync(target)) await rename(target, aside)
    await rename(incoming, target)
    await rm(aside, { recursive: true, force: true })
    remember(name, null)
    changed()
  }

  return {
    places, accept, switchOver, changed,
    active(): LocalModel | null {
      const found = activeOf(all())
      const manifest = found?.manifest ?? null
      return found === null || manifest === null ? null : { folder: found.folder, name: manifest.name, dtype: manifest.dtype, weightsSha256: weightsSha256(manifest), isTestModel: manifest.isTestModel }
    },
    async list(downloads: readonly ModelDownload[] = [], token: ModelList['token'] = 'none', canKeepToken = false): Promise<ModelList> {
      const models = all()
      const active = activeOf(models)
      return {
        models: models.map((model) => viewOf(model, active)), downloads: [...[...imports.values()].map(({ view }) => view), ...downloads], suggestedRepo, licence: medgemmaLicence, token, canKeepToken, freeBytes: await freeBytesAt(places.own)
      }
    },
    /** Ends when the model is in its place. Throws what is wrong with the folder in a sentence. */
    async importFolder({ folder: given }: z.infer<typeof ModelImportRequest>, by: Principal, signal?: AbortSignal): Promise<InstalledModel> {
      const folder = resolve(given)
      if (!existsSync(join(folder, 'config.json'))) throw new AppError('invalid-request', 'This folder holds no model: config.json is missing. Name the folder that holds it.', { field: 'folder' })
      const written = existsSync(join(folder, manifestName)) ? ModelManifest.safeParse(JSON.parse(await readText(join(folder, manifestName)))) : null
      if (written?.success === false) throw new AppError('invalid-request', `The ${manifestName} in this folder is not readable. Take it away to have a new one made.`, { field: 'folder' })
      const described = written?.data ?? await describeFolder(folder, clock.iso(), signal)
      if (described === null) throw new AppError('invalid-request', whyNot(folder), { field: 'folder' })
      const problem = whyNotAModel(folder, described.dtype) ?? described.files.map(({ path, bytes }) => (existsSync(join(folder, path)) && sizeOf(join(folder, path)) === bytes ? null : `The file ${path} is missing or cut short.`)).find((one) => one !== null) ?? null
      if (problem !== null) throw new AppError('invalid-request', problem, { field: 'folder' })
      const total = described.files.reduce((sum, { bytes }) => sum + bytes, 0)
      const free = await freeBytesAt(places.own)
      if (free !== null && free < total * 1.02) throw new AppError('disk-full', `The model takes ${gigabytes(total)} and ${gigabytes(free)} are free on the disk of the data folder.`)
      const licence = db.sqlite.transaction(() => accept(described.repo ?? described.name, by)).immediate()
      const manifest: ModelManifest = { ...described, licence }
      const view: ModelDownload = { id: newRowId(), name: manifest.name, repo: manifest.repo ?? folder, revision: manifest.revision ?? '', dtype: manifest.dtype, state: 'running', bytesDone: 0, bytesTotal: total, filesDone: 0, filesTotal: manifest.files.length, file: null, bytesPerSecond: null, error: null }
      const entry: Import = { view, controller: new AbortController() }
      signal?.addEventListener('abort', () => { entry.controller.abort(new AppError('cancelled', 'Bringing in the model was cancelled.')) }, { once: true })
      imports.set(view.id, entry)
      try {
        await bringIn(folder, manifest, entry)
      } finally {
        imports.delete(view.id)
        changed()
      }
      audit.record({ actor: by.id, actorName: by.name, action: 'model.add', subject: manifest.name, detail: { dtype: manifest.dtype, files: manifest.files.length } })
      const models = all()
      return viewOf(named(manifest.name), activeOf(models))
    },
    cancelImport(id: string): boolean {
      const entry = imports.get(id)
      entry?.controller.abort(new AppError('cancelled', 'Bringing in the model was cancelled.'))
      return entry !== undefined
    },
    /** Reads every file again. */
    async verify(name: string, { signal, onProgress }: Readonly<{ signal?: AbortSignal, onProgress?: (fraction: number) => void }> = {}): Promise<InstalledModel> {
      const model = named(name)
      if (model.manifest === null) throw new AppError('cannot-decode', model.problem ?? 'It has no manifest.')
      const total = model.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
      let done = 0
      let problem: string | null = model.problem
      for (const { path, sha256 } of model.manifest.files) {
        if (problem !== null) break
        const found = await hashFile(join(model.folder, path), { ...(signal === undefined ? {} : { signal }), onBytes: (bytes) => { done += bytes; onProgress?.(done / total) } })
        if (found.sha256 !== sha256) problem = `The file ${path} is damaged. Remove the model and bring it in again.`
      }
      remember(name, problem)
      changed()
      return viewOf(named(name), activeOf(all()))
    },
    async remove(name: string, by: Principal): Promise<void> {
      const model = named(name)
      if (dirname(model.folder) !== resolve(places.own)) throw new AppError('not-allowed', 'This model was not brought in by Vigil, so Vigil does not remove it.')
      if (activeOf(all())?.folder === model.folder && settings.get(activeKey, z.string()) === name) settings.remove(activeKey)
      audit.record({ actor: by.id, actorName: by.name, action: 'model.remove', subject: name })
      await rm(model.folder, { recursive: true, force: true })
      changed()
    },
    use(name: string, by: Principal): void {
      const model = named(name)
      if (!isReady(model)) throw new AppError('conflict', `This model can't be used: ${model.problem ?? verified()[name]?.problem ?? ''}`)
      settings.set(activeKey, name)
      audit.record({ actor: by.id, actorName: by.name, action: 'model.use', subject: name })
      changed()
    },
    /** What an import that was cut short has left behind. */
    async clean(): Promise<void> {
      const incoming = join(places.own, '.incoming')
      const left = (await readdir(incoming).catch(() => [])).filter((name) => !existsSync(join(incoming, name, 'download.json')))
      for (const name of left) await rm(join(incoming, name), { recursive: true, force: true })
      if (left.length > 0) log.info('model-imports-cleaned', { count: left.length })
    }
  }
}

async function readText(path: string): Promise<string> {
  const file = await open(path, 'r')
  try { return await file.readFile('utf8') } finally { await file.close() }
}

/** Every file of a folder is on disk before the folder takes its place. */
async function syncFiles(folder: string): Promise<void> {
  for (const path of pathsIn(folder)) {
    const file = await open(join(folder, path), 'r+')
    try { await file.sync() } finally { await file.close() }
  }
}

function whyNot(folder: string): string {
  return whyNotAModel(folder, 'fp32') ?? 'This folder holds no whole set of graphs (embed_tokens, vision_encoder, decoder_model_merged) of one dtype.'
}
