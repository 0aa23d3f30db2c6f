import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Rejection } from '../../../src-shared/studies.ts'

/** A file to take in: `path` as the user will read it, `file` where it is. */
export type FoundFile = Readonly<{ path: string, file: string }>
export type Walk = Readonly<{ files: FoundFile[], rejections: Rejection[] }>

/** What operating systems leave in every folder; nobody wants to read about it in a summary. */
const litter = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '__MACOSX'])

/**
 * All files below the paths, by name in each folder. A folder is entered once whatever links lead to it, so a loop of links ends. What
 * may not be read is listed and does not stop the walk. A path to the directory of a medium (DICOMDIR) means the medium.
 */
export async function walkPaths(paths: readonly string[], signal?: AbortSignal): Promise<Walk> {
  const walk: Walk = { files: [], rejections: [] }
  const visited = new Set<string>()
  for (const path of paths.map(mediumOf)) await visit(walk, visited, path, basename(path) || path, signal)
  return walk
}

/** The index of a disc names its files by records that are often wrong; the files lie beside and below it and are read themselves (PS3.10 8.6). */
const mediumOf = (path: string): string => basename(path).toUpperCase() === 'DICOMDIR' ? dirname(path) : path

async function visit(walk: Walk, visited: Set<string>, file: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  try {
    const found = await stat(file)
    if (found.isFile()) { walk.files.push({ path, file }); return }
    if (!found.isDirectory()) { walk.rejections.push({ path, code: 'unreadable', reason: 'This is neither a file nor a folder.' }); return }
    const real = await realpath(file)
    if (visited.has(real)) return
    visited.add(real)
    const names = (await readdir(file)).filter((name) => !litter.has(name)).toSorted((a, b) => a < b ? -1 : 1)
    for (const name of names) await visit(walk, visited, join(file, name), `${path}/${name}`, signal)
  } catch (error) {
    signal?.throwIfAborted()
    walk.rejections.push({ path, code: 'unreadable', reason: reasonOf(error) })
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EACCES' || code === 'EPERM') return 'It can not be read: permission denied.'
  if (code === 'ENOENT') return 'It does not exist, or it is a link to nothing.'
  if (code === 'ELOOP') return 'It is a link that leads back to itself.'
  if (typeof code === 'string' && code !== '') return `The disk could not read it (${code}).`
  throw error
}
