import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { InstalledModel } from '../../../src-shared/models.ts'
import { dtypesIn, hashFile, jsonOf, pathsIn, whyNotAModel } from './folder.ts'
import { ModelManifest, manifestName, weightsSha256 } from './manifest.ts'

export type FoundModel = Readonly<{ folder: string, source: InstalledModel['source'], manifest: ModelManifest | null, problem: string | null }>
export type Places = Readonly<{
  /** Where models are brought in to; written only here. */
  own: string
  /** Beside the application. */
  shipped: string
  /** A model's own folder or one that holds several, from the environment. */
  given: string | null
}>

/** Every folder that is or should be a model, those that are given first. A folder that is no model is listed with what it lacks. */
export function findModels({ own, shipped, given }: Places): FoundModel[] {
  const within = (folder: string, source: FoundModel['source']) => foldersIn(folder).filter((name) => !name.startsWith('.') && existsSync(join(folder, name, 'config.json'))).map((name) => inspect(join(folder, name), source))
  const fromGiven = given === null || !existsSync(given) ? [] : existsSync(join(given, 'config.json')) ? [inspect(given, 'folder')] : within(given, 'folder')
  const all = [...fromGiven, ...within(own, 'hub'), ...within(shipped, 'shipped')]
  return all.filter((model, index) => all.findIndex((other) => nameOf(other) === nameOf(model)) === index)
}

export const nameOf = ({ manifest, folder }: FoundModel): string => manifest?.name ?? basename(folder)

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).toSorted() : []
}

function inspect(folder: string, found: FoundModel['source']): FoundModel {
  const parsed = existsSync(join(folder, manifestName)) ? ModelManifest.safeParse(jsonOf(join(folder, manifestName))) : null
  const manifest = parsed?.success === true ? parsed.data : null
  const source = manifest !== null && found === 'hub' && manifest.repo === null ? 'folder' : found
  if (manifest === null) return { folder, source, manifest, problem: parsed === null ? `It has no ${manifestName}. Bring it in with "vigil models add" or under Settings, Models: that writes one.` : `Its ${manifestName} is not readable.` }
  return { folder, source, manifest, problem: whyNotAModel(folder, manifest.dtype) ?? whatIsMissing(folder, manifest) }
}

/** A quick look, without reading the files: `verify` reads them. */
function whatIsMissing(folder: string, { files }: ModelManifest): string | null {
  for (const { path, bytes } of files) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })
    if (found === undefined) return `The file ${path} is missing.`
    if (found.size !== bytes) return `The file ${path} has ${found.size} bytes and should have ${bytes}.`
  }
  return null
}

/** The manifest that a folder without one would have; reads every file. Null where it is no model. */
export async function describeFolder(folder: string, createdAt: string, signal?: AbortSignal): Promise<ModelManifest | null> {
  const paths = pathsIn(folder)
  const [dtype] = dtypesIn(paths)
  if (dtype === undefined || whyNotAModel(folder, dtype) !== null) return null
  const files: ModelManifest['files'] = []
  for (const path of paths) files.push({ path, ...await hashFile(join(folder, path), signal === undefined ? {} : { signal }) })
  const name = basename(folder).replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model'
  return { format: 'vigil-model/1', name, repo: null, revision: null, dtype, isTestModel: false, files, licence: null, createdAt }
}

export function installedOf(found: FoundModel, { isActive, verifiedAt, licence }: Readonly<{ isActive: boolean, verifiedAt: string | null, licence: InstalledModel['licence'] }>): InstalledModel {
  const { manifest, source, problem } = found
  return {
    name: nameOf(found), repo: manifest?.repo ?? null, revision: manifest?.revision ?? null, dtype: manifest?.dtype ?? 'fp32', source, bytes: manifest?.files.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0,
    isActive, isTestModel: manifest?.isTestModel ?? false, state: problem === null ? 'ready' : 'damaged', problem, weightsSha256: manifest === null ? '' : weightsSha256(manifest), licence, verifiedAt
  }
}
