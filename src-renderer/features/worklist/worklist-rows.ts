import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { WorklistRow } from '../../../src-shared/studies.ts'
import { useApi } from '../../api/api-context.tsx'
import { worklistQuery } from '../../api/queries.ts'
import type { WorklistAsk } from '../../api/studies.ts'
import { useDebounced } from '../../ui/debounced.ts'
import { useNow } from '../../ui/now.ts'
import { periodStart, useWorklist, type WorklistState } from './worklist-state.ts'

export const pageRows = 100

/** Pages that hold the rows `first` to `last`, both counted from 0. */
export function pagesOf(first: number, last: number): readonly number[] {
  const from = Math.floor(Math.max(0, first) / pageRows)
  const to = Math.floor(Math.max(0, last) / pageRows)
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

const asked = ({ search, status, modality, period, sort, order }: WorklistState) => ({ search, status, modality, period, sort, order })

/** What the screen asks the edge for; typing is waited out. */
export function useWorklistAsk(): WorklistAsk {
  const { search, status, modality, period, sort, order } = useWorklist(useShallow(asked))
  const settled = useDebounced(search.trim(), 180)
  const now = useNow(3_600_000)
  return useMemo(() => {
    const from = periodStart(period, now)
    return { search: settled, sort, order, ...(status === null ? {} : { status }), ...(modality === null ? {} : { modality }), ...(from === null ? {} : { from }) }
  }, [settled, status, modality, period, sort, order, now])
}

/** The first page: it also carries the counts, so it is always watched. The one before stays on the screen while a new one comes. */
export function useWorklistHead(ask: WorklistAsk) {
  return useQuery({ ...worklistQuery(useApi(), { ...ask, offset: 0, limit: pageRows }), placeholderData: keepPreviousData })
}

/** Rows by their place; `undefined` while they are on their way. Only pages in sight are asked for, and left ones are cancelled. */
export function useWorklistPages(ask: WorklistAsk, first: number, last: number): (index: number) => WorklistRow | undefined {
  const api = useApi()
  const pages = pagesOf(first, last)
  const results = useQueries({
    queries: pages.map((page) => ({ ...worklistQuery(api, { ...ask, offset: page * pageRows, limit: pageRows }), placeholderData: keepPreviousData })),
    combine: (all) => all.map((result) => result.data?.rows)
  })
  return (index) => results[pages.indexOf(Math.floor(index / pageRows))]?.[index % pageRows]
}
