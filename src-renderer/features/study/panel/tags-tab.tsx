import { useQuery } from '@tanstack/react-query'
import { Eye, EyeOff, Search, Tags } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { TagRow } from '../../../../src-shared/studies.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { tagsQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { useDebounced } from '../../../ui/debounced.ts'
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx'
import { useViewer } from '../viewer-link.tsx'
import { matchingTags } from './matching-tags.ts'

/** Every attribute of the image that is shown. Patient data can be covered, for a look together with somebody. */
export function TagsTab() {
  const viewer = useViewer()
  const shown = useStore(viewer.store, (state) => state.panes[state.activePane].sopInstanceUid)
  const settled = useDebounced(shown, 250)
  return settled === null ? <EmptyState icon={<Tags aria-hidden />} title="No image is shown" text="The attributes are those of the image in the active pane." /> : <TagTable sopInstanceUid={settled} />
}

function TagTable({ sopInstanceUid }: Readonly<{ sopInstanceUid: SopInstanceUid }>) {
  const { data, isError, error, refetch } = useQuery(tagsQuery(useApi(), sopInstanceUid))
  const [search, setSearch] = useState('')
  const [isCovered, setIsCovered] = useState(false)
  if (data === undefined) return isError ? <ErrorState title="The attributes can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : <div className="panel-loading"><Skeleton /><Skeleton /><Skeleton /></div>
  const rows = matchingTags(data.rows, search, isCovered)
  return (
    <div className="tags">
      <div className="tags-bar">
        <div className="worklist-search"><Search aria-hidden /><input className="input" type="text" aria-label="Search the attributes" placeholder="Search tag, keyword, value" value={search} spellCheck={false} onChange={(event) => { setSearch(event.target.value) }} /></div>
        <Button aria-pressed={isCovered} onClick={() => { setIsCovered(!isCovered) }}>{isCovered ? <EyeOff aria-hidden /> : <Eye aria-hidden />}Cover<span className="visually-hidden"> patient data</span></Button>
      </div>
      <ul className="tags-list">{rows.map((row, index) => <Tag key={`${row.tag}${index}`} row={row} isCovered={isCovered} />)}</ul>
      {rows.length === 0 ? <p className="panel-note quiet">No attribute matches.</p> : null}
    </div>
  )
}

function Tag({ row, isCovered }: Readonly<{ row: TagRow, isCovered: boolean }>) {
  return (
    <li style={{ paddingLeft: 12 + row.depth * 12 }}>
      <span className="tags-name">{row.keyword === '' ? (row.isPrivate ? 'private' : 'unknown') : row.keyword}</span>
      <span className="quiet tags-tag">{row.tag} {row.vr}</span>
      <span className="tags-value">{isCovered && row.isPatientData ? <span className="tags-covered">covered</span> : row.value}</span>
    </li>
  )
}
