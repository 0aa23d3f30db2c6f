import { useMutation, useMutationState, useQuery, useQueryClient, type Mutation } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { SessionState } from '../../../../src-shared/accounts.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { keyImagesQuery, queryKeys } from '../../../api/queries.ts'
import { useSignedIn } from '../../session/index.ts'
import { newRowId, type SaveState } from '../../../viewer/index.ts'
import { useViewer } from '../viewer-link.tsx'
import { markMutation, markOf, marksKey, marksOf, MarkStep, type ImageAt, type Mark } from './marks.ts'

export type KeyImages = Readonly<{
  marks: readonly Mark[]
  /** False until it is known what is marked; marking waits for that. */
  isKnown: boolean
  /** Why the list can't be read; null where it can. */
  failure: string | null
  save: SaveState
  toggle: (image: ImageAt) => void
  setNote: (mark: Mark, note: string) => void
  remove: (mark: Mark) => void
  /** Sends again what the edge refused. */
  retry: () => void
  /** Gives up what the edge refused; what is kept stands. */
  giveUp: () => void
}>

type Sent = Mutation

/** The key images of a study: what is kept and what is on its way, for every place that shows or changes them. */
export function useKeyImages(studyUid: StudyUid): KeyImages {
  const api = useApi()
  const viewer = useViewer()
  const queryClient = useQueryClient()
  const by = useSignedIn().clinician.id
  const list = useQuery(keyImagesQuery(api, studyUid))
  const options = useMemo(() => markMutation({ api, queryClient, studyUid, signedInAs: () => signedInAs(queryClient.getQueryData<SessionState>(queryKeys.session)) }), [api, queryClient, studyUid])
  const { mutate } = useMutation(options)
  const isOwn = (sent: Sent) => stepOf(sent)?.by === by && (sent.state.status === 'pending' || sent.state.status === 'error')
  const sent = useMutationState({
    filters: { mutationKey: marksKey(studyUid), predicate: isOwn },
    select: (one) => ({ step: stepOf(one), isRefused: one.state.status === 'error', reason: one.state.failureReason })
  })
  const marks = marksOf(list.data ?? [], sent.flatMap(({ step }) => step ?? []))
  const refused = () => queryClient.getMutationCache().findAll({ mutationKey: marksKey(studyUid), status: 'error', predicate: isOwn })
  const forget = (mutations: readonly Sent[]) => { for (const one of mutations) queryClient.getMutationCache().remove(one) }
  const act = (step: MarkStep) => {
    // What was refused before for the same mark is overtaken by this.
    forget(refused().filter((one) => { const before = stepOf(one); return before !== null && idOf(before) === idOf(step) }))
    mutate(step)
  }
  const put = (image: ImageAt, note: string, id = newRowId()) => { act({ kind: 'put', by, write: { id, studyUid: image.studyUid, seriesUid: image.seriesUid, sopInstanceUid: image.sopInstanceUid, frameNumber: image.frameNumber, note, revision: 0 } }) }
  // A step may be taken back long after this drawing of the screen: what is marked then counts, not what is now.
  const now = (image: ImageAt) => markOf(marksOf(
    queryClient.getQueryData(keyImagesQuery(api, studyUid).queryKey) ?? [], queryClient.getMutationCache().findAll({ mutationKey: marksKey(studyUid), predicate: isOwn }).flatMap((one) => stepOf(one) ?? [])
  ), image)
  const isMarked = (image: ImageAt, note: string | null) => {
    const mark = now(image)
    if (note === null && mark !== null) act({ kind: 'remove', by, id: mark.id })
    else if (note !== null && mark?.note !== note) put(image, note, mark?.id)
  }
  /** A mark changes from one note to another, null for no mark; undo goes back, on the image that it was. */
  const change = (label: string, image: ImageAt, before: string | null, after: string | null) => {
    isMarked(image, after)
    viewer.history.push({
      label, undo: () => { isMarked(image, before) }, redo: () => { isMarked(image, after) },
      reveal: () => { void viewer.jumpTo({ seriesUid: image.seriesUid, sopInstanceUid: image.sopInstanceUid, frameNumber: image.frameNumber, centreMm: null }) }
    })
  }
  const remove = (mark: Mark) => { change('Key image taken away', mark, mark.note, null) }
  return {
    marks, isKnown: list.data !== undefined, failure: list.isError && list.data === undefined ? messageOf(list.error) : null, save: saveOf(sent),
    toggle: (image) => {
      const mark = markOf(marks, image)
      if (mark === null) change('Key image marked', image, null, '')
      else remove(mark)
    },
    setNote: (mark, note) => { change('Note of a key image', mark, mark.note, note) },
    remove,
    retry: () => {
      const again = refused()
      forget(again)
      for (const one of again) { const step = stepOf(one); if (step !== null) mutate(step) }
    },
    giveUp: () => { forget(refused()) }
  }
}

function stepOf({ state }: Sent): MarkStep | null {
  return MarkStep.safeParse(state.variables).data ?? null
}

const idOf = (step: MarkStep) => (step.kind === 'put' ? step.write.id : step.id)

function signedInAs(session: SessionState | undefined): string | null {
  return session?.state === 'signed-in' || session?.state === 'locked' ? session.clinician.id : null
}

/** A silent edge is a failure to be seen as well, though it is tried again by itself. */
function saveOf(sent: readonly Readonly<{ isRefused: boolean, reason: Error | null }>[]): SaveState {
  const waiting = sent.length
  const failed = sent.find(({ isRefused }) => isRefused) ?? sent.find(({ reason }) => reason !== null)
  if (failed !== undefined) return { kind: 'failed', reason: messageOf(failed.reason), waiting }
  return waiting === 0 ? { kind: 'saved' } : { kind: 'saving', waiting }
}
