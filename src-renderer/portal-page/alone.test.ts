import { expect, it } from 'vitest'
import { isTest, readSources } from '../../test/support/sources.ts'

/** It is served to other machines: a file that the window's page uses too would be built into a file that they cannot have. */
it('takes nothing but types from outside its folder', () => {
  const sources = readSources(['src-renderer/portal-page', 'src-renderer/glasses-page'], { withTests: true }).filter(({ path }) => !isTest(path))
  expect(sources.length).toBeGreaterThan(10)
  const foreign = sources.flatMap(({ path, imports }) => imports.filter(({ specifier, isType }) => !isType && !specifier.startsWith('./')).map(({ specifier }) => `${path}: ${specifier}`))
  expect(foreign).toEqual([])
})
