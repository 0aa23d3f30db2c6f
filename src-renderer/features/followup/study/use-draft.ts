import { useEffect, useRef, useState } from 'react'
import { AppError } from '../../../../src-shared/errors.ts'
import type { ReleaseDraft } from '../../../../src-shared/followup.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { useDebounced } from '../../../ui/debounced.ts'
import { useStudyActs } from '../use-followup.ts'

type Words = Pick<ReleaseDraft, 'texts' | 'images'>
export type DraftEditing = Readonly<{
  /** What stands in the fields: typed, or stored; null until the report is signed. */
  words: Words | null
  state: 'saved' | 'waiting' | 'failed' | 'conflict'
  reason: string
  change: (words: Words) => void
  /** Writes what is typed, if anything is, and answers with the revision that is stored then. Rejects where it is refused. */
  flush: () => Promise<number>
  /** Where two have changed it: mine over theirs, or theirs alone. */
  keepMine: () => void
  takeTheirs: () => void
}>

/** What is typed, with the revision that it began from. */
type Typed = Readonly<{ words: Words, revision: number }>

/** The text for the patient saves itself when the hands rest, and when the screen is left. One write at a time. */
export function useDraft(studyUid: StudyUid, stored: ReleaseDraft | null): DraftEditing {
  const api = useApi()
  const { mutateAsync, isPending, isError, error, reset } = useStudyActs(studyUid).save
  const [typed, setTyped] = useState<Typed | null>(null)
  // Writes go on between two renders, so what they read is kept beside the state.
  const latest = useRef<Typed | null>(null)
  const known = useRef(stored?.revision ?? 0)
  const writing = useRef<Promise<unknown>>(Promise.resolve())
  useEffect(() => { known.current = stored?.revision ?? 0 }, [stored?.revision])
  const put = (next: Typed | null) => { latest.current = next; setTyped(next) }
  const write = async (): Promise<number> => {
    const sent = latest.current
    if (sent === null) return known.current
    const revision = (await mutateAsync({ ...sent.words, revision: sent.revision })).draft?.revision ?? sent.revision + 1
    known.current = revision
    const now = latest.current
    put(now === sent || now === null ? null : { ...now, revision })
    return revision
  }
  const flush = (): Promise<number> => {
    const next = writing.current.catch(() => null).then(write)
    writing.current = next
    return next
  }
  const rested = useDebounced(typed, 900)
  const isDue = rested !== null && rested === typed && !isPending && !isError
  const run = useRef(flush)
  useEffect(() => { run.current = flush })
  useEffect(() => { if (isDue) run.current().catch(() => null) }, [isDue])
  useEffect(() => () => {
    // Whoever leaves has no screen left to be told on; the text is asked for again at the next visit.
    const left = latest.current
    if (left !== null) api.followup.writeDraft(studyUid, { ...left.words, revision: left.revision }).catch(() => null)
  }, [api, studyUid])
  const isConflict = error instanceof AppError && error.code === 'stale-revision'
  return {
    words: typed?.words ?? stored, state: isConflict ? 'conflict' : isError ? 'failed' : typed === null ? 'saved' : 'waiting', reason: isError ? messageOf(error) : '',
    change: (words) => { if (isError && !isConflict) reset(); put({ words, revision: latest.current?.revision ?? known.current }) },
    flush,
    keepMine: () => { if (typed !== null) put({ words: typed.words, revision: known.current }); reset() },
    takeTheirs: () => { put(null); reset() }
  }
}
