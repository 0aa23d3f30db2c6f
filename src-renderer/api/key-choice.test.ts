import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src-shared/errors.ts'
import type { ViewerPreferences } from '../../src-shared/viewing.ts'
import { UnreachableError } from './failures.ts'
import { writeKeyChange } from './key-choice.ts'
import { queryKeys } from './queries.ts'

/** An edge that keeps one clinician's keys by revision. */
function anEdge(kept: ViewerPreferences) {
  const state = { kept, isDown: false }
  return {
    state,
    viewing: {
      preferences: () => Promise.resolve(state.kept),
      writePreferences: ({ keys, revision }: ViewerPreferences) => {
        if (state.isDown) return Promise.reject(new UnreachableError(new Error('down')))
        if (revision !== state.kept.revision) return Promise.reject(new AppError('stale-revision', 'The keys were changed in another window.'))
        state.kept = { keys, revision: revision + 1 }
        return Promise.resolve(state.kept)
      }
    }
  }
}
const seen = (preferences: ViewerPreferences) => {
  const queryClient = new QueryClient()
  queryClient.setQueryData(queryKeys.viewerPreferences, preferences)
  return queryClient
}

describe('a change of keys', () => {
  it('is written on what the window has seen', async () => {
    const api = anEdge({ keys: { a: ['x'] }, revision: 3 })
    expect(await writeKeyChange({ api, queryClient: seen(api.state.kept) }, (keys) => ({ ...keys, b: ['y'] }))).toEqual({ keys: { a: ['x'], b: ['y'] }, revision: 4 })
  })
  it('is made on top of what another window wrote meanwhile, so that neither is lost', async () => {
    const api = anEdge({ keys: { a: ['x'], theirs: ['z'] }, revision: 4 })
    await writeKeyChange({ api, queryClient: seen({ keys: { a: ['x'] }, revision: 3 }) }, (keys) => ({ ...keys, mine: ['y'] }))
    expect(api.state.kept).toEqual({ keys: { a: ['x'], theirs: ['z'], mine: ['y'] }, revision: 5 })
  })
  it('asks first where the window has seen nothing yet', async () => {
    const api = anEdge({ keys: { a: ['x'] }, revision: 9 })
    await writeKeyChange({ api, queryClient: new QueryClient() }, (keys) => ({ ...keys, b: [] }))
    expect(api.state.kept).toEqual({ keys: { a: ['x'], b: [] }, revision: 10 })
  })
  it('that the edge does not take is not pretended', async () => {
    const api = anEdge({ keys: {}, revision: 0 })
    api.state.isDown = true
    await expect(writeKeyChange({ api, queryClient: seen(api.state.kept) }, (keys) => ({ ...keys, b: ['y'] }))).rejects.toBeInstanceOf(UnreachableError)
    expect(api.state.kept).toEqual({ keys: {}, revision: 0 })
  })
})
