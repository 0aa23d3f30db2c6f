import { readFileSync, readdirSync } from 'node:fs'
import { join, posix, resolve, sep } from 'node:path'
import { parseSync } from 'vite'

const repository = resolve(import.meta.dirname, '..', '..')

export type Import = Readonly<{
  specifier: string
  /** Path within the repository for a relative import, else null. */
  target: string | null
  isType: boolean
  isDynamic: boolean
}>
export type Node = Readonly<{ type: string, start: number, end: number }>
export type Source = Readonly<{
  /** Within the repository, with forward slashes. */
  path: string
  text: string
  lines: number
  imports: readonly Import[]
  comments: readonly string[]
  body: readonly Node[]
  /** Every node of the file, parents before children. */
  nodes: readonly Node[]
  lineOf: (offset: number) => number
}>

/** All TypeScript under the folders, parsed by the parser of the build itself. */
export function readSources(folders: readonly string[], { withTests = false } = {}): Source[] {
  return folders.flatMap((folder) => readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && (withTests || !isTest(path)))
    .toSorted()
    .map(readSource))
}

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path)

function readSource(path: string): Source {
  const text = readFileSync(join(repository, path), 'utf8')
  const { program, module, comments, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} can't be parsed: ${errors[0]?.message ?? ''}`)
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const body = program.body.filter(isNode)
  const found = (specifier: string, isType: boolean, isDynamic: boolean): Import => ({ specifier, target: resolveWithin(path, specifier), isType, isDynamic })
  const reexports = body.filter((node) => /^Export(?:Named|All)Declaration$/.test(node.type))
  return {
    path, text, body,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: [
      ...body.filter(({ type }) => type === 'ImportDeclaration').map((node) => found(sourceOf(node) ?? '', isTypeOnly(node, 'importKind'), false)),
      ...reexports.flatMap((node) => { const from = sourceOf(node); return from === null ? [] : [found(from, isTypeOnly(node, 'exportKind'), false)] }),
      ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => found(text.slice(start + 1, end - 1), false, true))
    ],
    comments: comments.map(({ value }) => value),
    nodes: body.flatMap(descendants),
    lineOf: (offset) => starts.findLastIndex((start) => start <= offset) + 1
  }
}

/** `import type …`, or each name marked by itself. A bare `import './x.css'` is a value. */
function isTypeOnly(node: Node, kind: 'importKind' | 'exportKind'): boolean {
  const specifiers = valueAt(node, 'specifiers')
  if (valueAt(node, kind) === 'type') return true
  return Array.isArray(specifiers) && specifiers.length > 0 && specifiers.every((specifier) => isNode(specifier) && valueAt(specifier, kind) === 'type')
}

function sourceOf(node: Node): string | null {
  const source = valueAt(node, 'source')
  const value = isNode(source) ? valueAt(source, 'value') : null
  return typeof value === 'string' ? value : null
}

function resolveWithin(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null
}

function descendants(node: Node): Node[] {
  const children = Object.values(node).flatMap((value: unknown) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []))
  return [node, ...children.flatMap(descendants)]
}

/** One property of a node, for those who know its kind. */
export function valueAt(node: Node, key: string): unknown {
  return Object.entries(node).find(([name]) => name === key)?.[1]
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value
}

/** Rings of imports that are needed at run time, each as the files on it. */
export function importCycles(sources: readonly Source[]): string[][] {
  const graph = new Map(sources.map(({ path, imports }) => [path, imports.filter(({ isType, isDynamic }) => !isType && !isDynamic).flatMap(({ target }) => target ?? [])]))
  const cycles: string[][] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path)
    if (at >= 0) { cycles.push([...trail.slice(at), path]); return }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return cycles
}

