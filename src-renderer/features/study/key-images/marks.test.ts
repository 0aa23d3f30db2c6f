import { MutationObserver, QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src-shared/errors.ts'
import { RowId, SeriesUid, SopInstanceUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { KeyImage, KeyImageWrite } from '../../../../src-shared/viewing.ts'
import { UnreachableError } from '../../../api/failures.ts'
import { queryKeys } from '../../../api/queries.ts'
import { markMutation, markOf, marksOf, type MarkStep } from './marks.ts'

const studyUid = StudyUid.parse('1.7')
const me = RowId.parse('0190a000-0000-7000-8000-0000000000aa')
const idOf = (n: number) => RowId.parse(`0190a000-0000-7000-8000-00000000000${n}`)
const aWrite = (n: number, patch: Partial<KeyImageWrite> = {}): KeyImageWrite =>
  ({ id: idOf(n), studyUid, seriesUid: SeriesUid.parse('1.7.1'), sopInstanceUid: SopInstanceUid.parse(`1.7.1.${n}`), frameNumber: 1, note: '', revision: 0, ...patch })
const kept = (write: KeyImageWrite, revision = 1): KeyImage => ({ ...write, revision, createdBy: me, createdByName: 'Dr Mora', createdAt: '2026-01-01T00:00:00.000Z' })
const put = (write: KeyImageWrite): MarkStep => ({ kind: 'put', by: me, write })
const remove = (n: number): MarkStep => ({ kind: 'remove', by: me, id: idOf(n) })

/** An edge that keeps key images by revision, and can be silent for a number of requests. */
function anEdge(rows: readonly KeyImage[] = []) {
  const state = { rows: [...rows], silentFor: 0, requests: [] as string[] }
  const ask = <T>(what: string, answer: () => T): Promise<T> => {
    state.requests.push(what)
    if (state.silentFor > 0) { state.silentFor -= 1; return Promise.reject(new UnreachableError(new Error('down'))) }
    try { return Promise.resolve(answer()) } catch (error) { return Promise.reject(error instanceof Error ? error : new Error('thrown')) }
  }
  const viewing = {
    keyImages: () => ask('list', () => state.rows),
    writeKeyImage: (write: KeyImageWrite) => ask(`put ${write.note}`, () => {
      const row = state.rows.find(({ id }) => id === write.id)
      if (row === undefined && state.rows.some((one) => one.sopInstanceUid === write.sopInstanceUid)) throw new AppError('conflict', 'This image is already marked as a key image.')
      if ((row?.revision ?? 0) !== write.revision) throw new AppError('stale-revision', 'Changed elsewhere.')
      const next = kept(write, write.revision + 1)
      state.rows = [...state.rows.filter(({ id }) => id !== write.id), next]
      return next
    }),
    removeKeyImage: (id: string, revision: number) => ask('remove', () => {
      const row = state.rows.find((one) => one.id === id)
      if (row === undefined) throw new AppError('not-found', 'Not there.')
      if (row.revision !== revision) throw new AppError('stale-revision', 'Changed elsewhere.')
      state.rows = state.rows.filter((one) => one.id !== id)
    })
  }
  return { state, viewing }
}

function aWindow(edge: ReturnType<typeof anEdge>, { seen = edge.state.rows, who = me }: { seen?: readonly KeyImage[], who?: string | null } = {}) {
  const queryClient = new QueryClient({ defaultOptions: { mutations: { networkMode: 'always' } } })
  queryClient.setQueryData(queryKeys.keyImages(studyUid), [...seen])
  const signedIn = { who }
  const options = markMutation({ api: edge, queryClient, studyUid, signedInAs: () => signedIn.who, retryDelayMs: 1 })
  const act = (step: MarkStep) => new MutationObserver(queryClient, options).mutate(step)
  return { act, signedIn, shown: () => queryClient.getQueryData<KeyImage[]>(queryKeys.keyImages(studyUid)) ?? [] }
}

describe('the marks that are shown', () => {
  it('are those kept, with what is on its way laid over them in its order', () => {
    const marks = marksOf([kept(aWrite(1)), kept(aWrite(2))], [put(aWrite(3)), put(aWrite(2, { note: 'Stone' })), remove(1)])
    expect(marks.map(({ id, note, isSaved }) => [id, note, isSaved])).toEqual([[idOf(2), 'Stone', false], [idOf(3), '', false]])
    expect(marksOf([], [put(aWrite(1)), remove(1)])).toEqual([])
  })
  it('are found by image and frame', () => {
    const marks = marksOf([kept(aWrite(1)), kept(aWrite(2, { frameNumber: 5 }))], [])
    expect(markOf(marks, aWrite(2, { frameNumber: 5 }))?.id).toBe(idOf(2))
    expect([markOf(marks, aWrite(2)), markOf(marks, aWrite(9)), markOf(marks, null)]).toEqual([null, null, null])
  })
})

describe('a mark', () => {
  it('and its note, written before the mark was acknowledged, arrive one after the other', async () => {
    const edge = anEdge()
    const { act, shown } = aWindow(edge)
    await Promise.all([act(put(aWrite(1))), act(put(aWrite(1, { note: 'Stone' })))])
    expect(edge.state.rows).toMatchObject([{ note: 'Stone', revision: 2 }])
    expect(shown()).toEqual(edge.state.rows)
  })
  it('is sent until a silent edge answers, and then once', async () => {
    const edge = anEdge()
    edge.state.silentFor = 5
    await aWindow(edge).act(put(aWrite(1)))
    expect(edge.state.rows).toHaveLength(1)
    expect(edge.state.requests.filter((what) => what.startsWith('put'))).toHaveLength(6)
  })
  it('made and taken away at once leaves nothing', async () => {
    const edge = anEdge()
    const { act, shown } = aWindow(edge)
    await Promise.all([act(put(aWrite(1))), act(remove(1))])
    expect([edge.state.rows, shown()]).toEqual([[], []])
  })
  it('that another window made first is shown as that one', async () => {
    const theirs = kept(aWrite(1, { note: 'Theirs' }))
    const edge = anEdge([theirs])
    const { act, shown } = aWindow(edge, { seen: [] })
    await act(put({ ...aWrite(1), id: idOf(2) }))
    expect(shown()).toEqual([theirs])
  })
  it('whose note changed elsewhere takes the note written last', async () => {
    const edge = anEdge([kept(aWrite(1, { note: 'Theirs' }), 4)])
    const { act } = aWindow(edge, { seen: [kept(aWrite(1), 3)] })
    await act(put(aWrite(1, { note: 'Mine' })))
    expect(edge.state.rows).toMatchObject([{ note: 'Mine', revision: 5 }])
  })
  it('changed or taken away elsewhere can still be taken away', async () => {
    const edge = anEdge([kept(aWrite(1), 4)])
    const one = aWindow(edge, { seen: [kept(aWrite(1), 3)] })
    await one.act(remove(1))
    await aWindow(edge, { seen: [kept(aWrite(1), 4)] }).act(remove(1))
    expect([edge.state.rows, one.shown()]).toEqual([[], []])
  })
  it('that the edge refuses is not pretended', async () => {
    const edge = anEdge([kept(aWrite(1), 1)])
    edge.viewing.writeKeyImage = () => Promise.reject(new AppError('not-found', 'This key image was taken away.'))
    const { act, shown } = aWindow(edge)
    await expect(act(put(aWrite(1, { note: 'Late' })))).rejects.toThrow('taken away')
    expect(shown()).toMatchObject([{ note: '' }])
  })
  it('is never sent in the name of who signed in after', async () => {
    const edge = anEdge()
    const { act, signedIn } = aWindow(edge)
    edge.state.silentFor = 1
    const sent = act(put(aWrite(1)))
    signedIn.who = 'somebody else'
    await expect(sent).rejects.toThrow(/Somebody else has signed in/)
    expect(edge.state.rows).toEqual([])
  })
})
