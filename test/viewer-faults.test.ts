import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const repository = resolve(import.meta.dirname, '..')
const rows = readFileSync(join(repository, 'docs', 'viewer-faults.md'), 'utf8').split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| What they met')).map((line) => line.split(' | '))
const named = rows.flatMap((cells) => [...(cells[2] ?? '').matchAll(/`([^`]+)`: \*([^*]+)\*/g)].map(([, file = '', name = '']) => [file, name] as const))

describe('docs/viewer-faults.md', () => {
  it('names at least one test for every complaint', () => {
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter((cells) => !/`[^`]+`: \*/.test(cells[2] ?? ''))).toEqual([])
  })

  it.each(named)('%s has the test that it names: %s', (file, name) => {
    const path = join(repository, file)
    expect(existsSync(path) && readFileSync(path, 'utf8').replaceAll("\\'", "'").includes(`'${name}'`)).toBe(true)
  })
})
