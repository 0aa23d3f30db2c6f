import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'
import { importCycles, isNode, isTest, readSources, valueAt, type Import, type Node, type Source } from './support/sources.ts'

/** Who may import whom, so that nobody has to remember it. What a rule finds is listed as `file: what is wrong`. */
const folders = ['src-shared', 'src-main', 'src-preload', 'src-renderer']
const everything = readSources(folders, { withTests: true })
const sources = everything.filter(({ path }) => !isTest(path))

type Layer = 'shared' | 'platform' | 'room' | 'http' | 'edge' | 'cli' | 'shell' | 'preload' | 'ui' | 'api' | 'viewer' | 'feature' | 'app'
type Place = Readonly<{ layer: Layer, part: string }>

/** `part` tells rooms and features apart. */
function placeOf(path: string): Place {
  const [top = '', second = '', third = ''] = path.split('/')
  if (top === 'src-shared') return { layer: 'shared', part: '' }
  if (top === 'src-preload') return { layer: 'preload', part: '' }
  if (top === 'src-main') return mainPlace(second)
  if (second === 'features') return { layer: 'feature', part: third }
  if (second === 'ui' || second === 'api' || second === 'viewer') return { layer: second, part: '' }
  return { layer: 'app', part: '' }
}

function mainPlace(second: string): Place {
  if (second === 'platform' || second === 'http' || second === 'cli' || second === 'shell') return { layer: second, part: '' }
  if (second === 'cli.ts') return { layer: 'cli', part: '' }
  if (second === 'main.ts') return { layer: 'shell', part: '' }
  return second.endsWith('.ts') ? { layer: 'edge', part: '' } : { layer: 'room', part: second }
}

const mayImport: Readonly<Record<Layer, readonly Layer[]>> = {
  shared: ['shared'],
  platform: ['shared', 'platform'],
  room: ['shared', 'platform', 'room'],
  http: ['shared', 'platform', 'room', 'http'],
  edge: ['shared', 'platform', 'room', 'http', 'edge'],
  cli: ['shared', 'platform', 'room', 'http', 'edge', 'cli'],
  shell: ['shared', 'platform', 'room', 'http', 'edge', 'shell'],
  preload: ['shared', 'preload'],
  ui: ['shared', 'ui'],
  api: ['shared', 'ui', 'api'],
  viewer: ['shared', 'api', 'viewer'],
  feature: ['shared', 'ui', 'api', 'viewer', 'feature'],
  app: ['shared', 'ui', 'api', 'viewer', 'feature', 'app']
}

/** Why one import is not allowed, or null. */
function arrowFault(from: string, { target, isType }: Import): string | null {
  if (target === null) return null
  const here = placeOf(from)
  const there = placeOf(target)
  const isFace = target.endsWith('/index.ts') || target.endsWith('/index.tsx')
  if (!mayImport[here.layer].includes(there.layer)) return `${here.layer} may not import ${there.layer} (${target})`
  if (there.layer === 'room' && here.layer === 'room' && here.part !== there.part && !(isType && isFace)) return `another room only as a type of its index.ts (${target})`
  if (there.layer === 'feature' && here.layer === 'feature' && here.part !== there.part && !isFace) return `another feature only by its index (${target})`
  if (there.layer === 'viewer' && here.layer !== 'viewer' && !isFace) return `the viewer only by its index (${target})`
  return null
}

const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier)
const importsOf = (wanted: readonly Source[], holds: (imported: Import, path: string) => boolean) =>
  wanted.flatMap(({ path, imports }) => imports.filter((imported) => holds(imported, path)).map(({ specifier }) => `${path}: ${specifier}`))
const nodesOf = (type: string, holds: (node: Node) => boolean = () => true) =>
  sources.flatMap((source) => source.nodes.filter((node) => node.type === type && holds(node)).map((node) => `${source.path}:${source.lineOf(node.start)}`))

describe('imports', () => {
  it('follow the arrows from the shell down to the contract', () => {
    expect(sources.flatMap(({ path, imports }) => imports.flatMap((imported) => { const fault = arrowFault(path, imported); return fault === null ? [] : [`${path}: ${fault}`] }))).toEqual([])
  })

  it('make no rings', () => { expect(importCycles(sources)).toEqual([]) })

  it('name their files with the ending, and only files that exist', () => {
    const known = new Set(everything.map(({ path }) => path))
    expect(importsOf(everything, ({ target, specifier }) => target !== null && !/\.(?:css|json|d\.ts)(?:\?.*)?$/.test(specifier) && !known.has(target.replace(/\?.*$/, '')) && !target.startsWith('test/'))).toEqual([])
  })
})

describe('environments', () => {
  it('keep electron in the shell and the preload', () => {
    expect(importsOf(everything, ({ specifier }, path) => /^electron(?:\/|$)/.test(specifier) && !['shell', 'preload'].includes(placeOf(path).layer))).toEqual([])
  })

  it('keep Cornerstone in the viewer', () => {
    expect(importsOf(everything, ({ specifier }, path) => specifier.startsWith('@cornerstonejs/') && placeOf(path).layer !== 'viewer')).toEqual([])
  })

  it('keep Node out of what a browser runs', () => {
    expect(importsOf(sources, ({ specifier }, path) => isBuiltin(specifier) && !path.startsWith('src-main/'))).toEqual([])
  })

  it('let the contract import nothing but itself and zod', () => {
    const shared = everything.filter(({ path }) => path.startsWith('src-shared/') && !isTest(path))
    expect(importsOf(shared, ({ specifier, target }) => target === null && specifier !== 'zod')).toEqual([])
  })
})

const sql = /\b(?:select\s[\s\S]+?\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|(?:create|drop|alter)\s+(?:table|index|trigger)\s)/i

describe('the database', () => {
  const holdsSql = (path: string) => path.startsWith('src-main/platform/') || /(?:^|[/-])(?:store|tables)\.ts$/.test(path)

  it('is spoken to in SQL only by stores', () => {
    const texts = (node: Node): unknown[] => (node.type === 'Literal' ? [valueAt(node, 'value')] : node.type === 'TemplateElement' ? [templateText(node)] : [])
    expect(sources.filter(({ path }) => path.startsWith('src-main/') && !holdsSql(path)).flatMap((source) => source.nodes
      .filter((node) => texts(node).some((text) => typeof text === 'string' && sql.test(text)))
      .map((node) => `${source.path}:${source.lineOf(node.start)}`))).toEqual([])
  })

  it('is reached through drizzle only by stores and tables', () => {
    expect(importsOf(sources, ({ specifier, isType }, path) => specifier.startsWith('drizzle-orm') && !isType && !holdsSql(path))).toEqual([])
  })
})

function templateText(node: Node): unknown {
  const value = valueAt(node, 'value')
  return typeof value === 'object' && value !== null && 'raw' in value ? value.raw : undefined
}

describe('the hand', () => {
  const functions = /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/
  const entry = /^src-main\/(?:main|cli)\.ts$|\.(?:worker|process)\.ts$|^src-preload\/index\.ts$|^src-renderer\/(?:app\/main\.tsx|(?:glasses|portal)-page\/main\.ts)$/

  it('writes no file over 500 lines, and 95 of 100 under 300', () => {
    const written = [...everything, ...readSources(['test'], { withTests: true })]
    expect(written.filter(({ lines }) => lines > 500).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
    expect(written.filter(({ lines }) => lines >= 300).length / written.length).toBeLessThan(0.05)
  })

  it('writes no function over 80 lines, not counting the functions that a factory holds', () => {
    const span = (source: Source, { start, end }: Node) => source.lineOf(end) - source.lineOf(start) + 1
    const within = (outer: Node, inner: Node) => inner !== outer && inner.start >= outer.start && inner.end <= outer.end
    const faults = sources.flatMap((source) => {
      const all = source.nodes.filter(({ type }) => functions.test(type))
      return all.filter((node) => {
        const nested = all.filter((inner) => within(node, inner))
        const outermost = nested.filter((inner) => !nested.some((other) => within(other, inner)))
        return span(source, node) - outermost.reduce((sum, inner) => sum + span(source, inner) - 1, 0) > 80
      }).map((node) => `${source.path}:${source.lineOf(node.start)}`)
    })
    expect(faults).toEqual([])
  })

  it('never says any', () => { expect(nodesOf('TSAnyKeyword')).toEqual([]) })

  it('rarely overrules the compiler: under 2 in 1000 lines', () => {
    const isConst = (node: Node) => {
      const annotation = valueAt(node, 'typeAnnotation')
      const name = isNode(annotation) ? valueAt(annotation, 'typeName') : null
      return isNode(name) && valueAt(name, 'name') === 'const'
    }
    const overruled = [...nodesOf('TSAsExpression', (node) => !isConst(node)), ...nodesOf('TSNonNullExpression')]
    const lines = sources.reduce((sum, source) => sum + source.lines, 0)
    expect(overruled.length / lines * 1000, overruled.join('\n')).toBeLessThan(2)
  })

  it('keeps no state in a module, and nothing happens at import', () => {
    const atTop = sources.filter(({ path }) => !entry.test(path)).flatMap((source) => source.body
      .filter((node) => node.type === 'ExpressionStatement' || (node.type === 'VariableDeclaration' && valueAt(node, 'kind') !== 'const'))
      .map((node) => `${source.path}:${source.lineOf(node.start)}`))
    expect(atTop).toEqual([])
  })

  it('leaves no note to do it later', () => {
    expect(everything.flatMap(({ path, comments }) => comments.filter((comment) => /\b(?:TODO|FIXME|XXX|HACK)\b/.test(comment)).map((comment) => `${path}: ${comment.trim()}`))).toEqual([])
  })

  it('exports by name only', () => { expect(nodesOf('ExportDefaultDeclaration')).toEqual([]) })
})
