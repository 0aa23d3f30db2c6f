import type { MutationOptions, QueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { AppError } from '../../../../src-shared/errors.ts'
import type { RowId, StudyUid } from '../../../../src-shared/ids.ts'
import { KeyImageWrite, type KeyImage } from '../../../../src-shared/viewing.ts'
import type { Api } from '../../../api/api.ts'
import { UnreachableError } from '../../../api/failures.ts'
import { queryKeys } from '../../../api/queries.ts'

/** One act on a key image: marking it or writing its note, or taking the mark away. `by`: who did it. */
export const MarkStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('put'), by: z.string(), write: KeyImageWrite }),
  z.object({ kind: z.literal('remove'), by: z.string(), id: z.uuid() })
])
export type MarkStep = z.infer<typeof MarkStep>

/** An image with its mark as the window shows it; `isSaved`: the edge has said that it is kept. */
export type Mark = Readonly<Pick<KeyImage, 'id' | 'studyUid' | 'seriesUid' | 'sopInstanceUid' | 'frameNumber' | 'note'> & { createdByName: string | null, createdAt: string | null, isSaved: boolean }>

export type ImageAt = Readonly<Pick<KeyImage, 'studyUid' | 'seriesUid' | 'sopInstanceUid' | 'frameNumber'>>
type Deps = Readonly<{
  api: Readonly<{ viewing: Pick<Api['viewing'], 'keyImages' | 'writeKeyImage' | 'removeKeyImage'> }>
  queryClient: QueryClient
  studyUid: StudyUid
  /** Who is signed in now, by id; null for nobody. */
  signedInAs: () => RowId | null
  retryDelayMs?: number
}>

export const marksKey = (studyUid: StudyUid) => ['key-image-marks', studyUid] as const

/** What is kept, with the steps that are on their way laid over it. */
export function marksOf(kept: readonly KeyImage[], steps: readonly MarkStep[]): readonly Mark[] {
  const marks = new Map<string, Mark>(kept.map((one) => [one.id, { ...one, isSaved: true }]))
  for (const step of steps) {
    if (step.kind === 'remove') marks.delete(step.id)
    else marks.set(step.write.id, { createdByName: null, createdAt: null, ...marks.get(step.write.id), ...step.write, isSaved: false })
  }
  return [...marks.values()]
}

export function markOf(marks: readonly Mark[], image: ImageAt | null): Mark | null {
  return marks.find(({ sopInstanceUid, frameNumber }) => sopInstanceUid === image?.sopInstanceUid && frameNumber === image.frameNumber) ?? null
}

/**
 * How a step is sent: one after the other for a study, again and again while the edge is silent, whether or not the screen is still open.
 * A refusal stays with its step, to be shown and tried again. A step is never sent in the name of somebody who signed in later.
 */
export function markMutation(deps: Deps): MutationOptions<void, Error, MarkStep> {
  const { studyUid, retryDelayMs = 3000 } = deps
  return {
    mutationKey: marksKey(studyUid), scope: { id: `key-images ${studyUid}` }, gcTime: Infinity,
    mutationFn: (step) => send(deps, step),
    retry: (_count, error) => error instanceof UnreachableError, retryDelay: retryDelayMs
  }
}

async function send(deps: Deps, step: MarkStep): Promise<void> {
  const { queryClient, studyUid } = deps
  if (deps.signedInAs() !== step.by) throw new AppError('not-allowed', 'Somebody else has signed in since. Mark the image again.')
  // Lists that are on their way were asked for before this step, and must not hide what it does.
  await queryClient.cancelQueries({ queryKey: queryKeys.keyImages(studyUid) })
  if (step.kind === 'put') await put(deps, step.write)
  else await remove(deps, step.id)
  void queryClient.invalidateQueries({ queryKey: queryKeys.keyImages(studyUid) })
}

async function put({ api, queryClient, studyUid }: Deps, write: KeyImageWrite): Promise<void> {
  const known = listed(queryClient, studyUid).find(({ id }) => id === write.id)
  const saved = await api.viewing.writeKeyImage({ ...write, revision: known?.revision ?? write.revision }).catch(async (cause: unknown) => {
    if (!isCode(cause, 'stale-revision') && !isCode(cause, 'conflict')) throw cause
    const current = await api.viewing.keyImages(studyUid)
    const own = current.find(({ id }) => id === write.id)
    // The note was changed at another window; what this clinician wrote last stands.
    if (own !== undefined) return api.viewing.writeKeyImage({ ...write, revision: own.revision })
    // Another window has marked the same image first: it is marked, which is what was wanted.
    const twin = current.find((one) => one.sopInstanceUid === write.sopInstanceUid && one.frameNumber === write.frameNumber)
    if (twin === undefined) throw cause
    return twin
  })
  keep(queryClient, studyUid, (list) => [...list.filter(({ id }) => id !== saved.id), saved])
}

async function remove({ api, queryClient, studyUid }: Deps, id: string): Promise<void> {
  const known = listed(queryClient, studyUid).find((one) => one.id === id)
  // Marked in this window and refused by the edge: there is nothing to take away.
  if (known !== undefined) {
    await api.viewing.removeKeyImage(id, known.revision).catch(async (cause: unknown) => {
      if (isCode(cause, 'not-found')) return
      if (!isCode(cause, 'stale-revision')) throw cause
      const current = (await api.viewing.keyImages(studyUid)).find((one) => one.id === id)
      if (current !== undefined) await api.viewing.removeKeyImage(id, current.revision)
    })
  }
  keep(queryClient, studyUid, (list) => list.filter((one) => one.id !== id))
}

const isCode = (cause: unknown, code: AppError['code']) => cause instanceof AppError && cause.code === code

function listed(queryClient: QueryClient, studyUid: StudyUid): readonly KeyImage[] {
  return queryClient.getQueryData<KeyImage[]>(queryKeys.keyImages(studyUid)) ?? []
}

function keep(queryClient: QueryClient, studyUid: StudyUid, change: (list: readonly KeyImage[]) => KeyImage[]): void {
  // A list that was never read stays unread, rather than looking complete.
  queryClient.setQueryData<KeyImage[]>(queryKeys.keyImages(studyUid), (list) => (list === undefined ? undefined : change(list)))
}
