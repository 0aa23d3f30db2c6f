import { useMutation, useMutationState, useQuery, useQueryClient, type Mutation } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { SessionState } from '../../../../src-shared/accounts.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { keyImagesQuery, queryKeys } from '../../../api/queries.ts'
import { useSignedIn } from '../../session/index.ts'
import { newRowId, type SaveState } from '../../../viewer/index.ts'
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

type Sent = Mutation<unknown>

/** The key images of a study: what is kept and what is on its way, for every place that shows or changes them. */
export function useKeyImages(studyUid: StudyUid): KeyImages {
  const api = useApi()
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
  const remove = ({ id }: Mark) => { act({ kind: 'remove', by, id }) }
  return {
    marks, isKnown: list.data !== undefined, failure: list.isError && list.data === undefined ? messageOf(list.error) : null, save: saveOf(sent),
    toggle: ({ seriesUid, sopInstanceUid, frameNumber, studyUid: of }) => {
      const mark = markOf(marks, { studyUid: of, seriesUid, sopInstanceUid, frameNumber })
      if (mark === null) act({ kind: 'put', by, write: { id: newRowId(), studyUid: of, seriesUid, sopInstanceUid, frameNumber, note: '', revision: 0 } })
      else remove(mark)
    },
    setNote: ({ id, studyUid: of, seriesUid, sopInstanceUid, frameNumber }, note) => { act({ kind: 'put', by, write: { id, studyUid: of, seriesUid, sopInstanceUid, frameNumber, note, revision: 0 } }) },
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
