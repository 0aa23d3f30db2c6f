import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ModelDownload } from '../../../src-shared/models.ts'
import { ModelManifest, ModelPath } from './manifest.ts'

const recordName = 'download.json'

/** What is wanted and how far it is, beside its parts: enough to go on after a restart without asking the hub what there is. */
export const DownloadRecord = z.object({
  view: ModelDownload, licence: ModelManifest.shape.licence,
  files: z.array(z.object({ path: ModelPath, bytes: z.number().nonnegative(), sha256: z.string().nullable(), gitOid: z.string() })).min(1),
  /** The process that is at it. */
  owner: z.string().nullable()
})
export type DownloadRecord = z.infer<typeof DownloadRecord>

export const folderOf = (incoming: string, id: string): string => join(incoming, id)

/** Every download that was begun; a folder whose record can't be read is left to the next cleaning. */
export function readRecords(incoming: string): DownloadRecord[] {
  if (!existsSync(incoming)) return []
  return readdirSync(incoming, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(incoming, entry.name, recordName))).flatMap(({ name }) => {
    const parsed = DownloadRecord.safeParse(jsonOf(join(incoming, name, recordName)))
    return parsed.success && parsed.data.view.id === name ? [parsed.data] : []
  })
}

/** Whole or not at all. */
export async function writeRecord(incoming: string, record: DownloadRecord): Promise<void> {
  const folder = folderOf(incoming, record.view.id)
  await mkdir(folder, { recursive: true })
  const file = await open(join(folder, `${recordName}.new`), 'w')
  try {
    await file.writeFile(JSON.stringify(record))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(join(folder, `${recordName}.new`), join(folder, recordName))
}

export async function dropRecord(incoming: string, id: string): Promise<void> {
  await rm(folderOf(incoming, id), { recursive: true, force: true })
}

/** The record does not belong to the model: it goes when the model stands in its place, so that nothing between the two loses what came. */
export async function takeRecordAway(model: string): Promise<void> {
  await rm(join(model, recordName), { force: true })
}

/** How much of what is wanted is on disk. */
export function bytesHere(incoming: string, { view, files }: DownloadRecord): number {
  const sizeOf = (path: string) => statSync(join(folderOf(incoming, view.id), path), { throwIfNoEntry: false })?.size ?? 0
  return files.reduce((sum, { path }) => sum + (sizeOf(path) || sizeOf(`${path}.part`)), 0)
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
