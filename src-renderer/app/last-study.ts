import { useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { StudyUid } from '../../src-shared/ids.ts'

/** The study that was open last in this window; null before any. */
export function useLastStudy(): StudyUid | null {
  const here = useRouterState({ select: ({ location }) => (location.pathname === '/study' && 'uid' in location.search ? StudyUid.safeParse(location.search.uid).data ?? null : null) })
  const [last, setLast] = useState<StudyUid | null>(here)
  if (here !== null && here !== last) setLast(here)
  return here ?? last
}
