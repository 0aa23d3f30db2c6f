import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Copy, Eye, EyeOff, Maximize2, Search, X } from 'lucide-react'
import { useState } from 'react'
import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { TagList, TagRow } from '../../../../src-shared/tags.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { tagsQuery } from '../../../api/queries.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { useDebounced } from '../../../ui/debounced.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { countText } from '../../../ui/format.ts'
import { ErrorState, Skeleton } from '../../../ui/states.tsx'
import { useStudyScreen } from '../study-state.ts'
import { useTagCopies } from './tag-copies.ts'
import { wordsOf } from './tag-texts.ts'
import { treeRows, type Folds } from './tag-tree-model.ts'
import { TagTree } from './tag-tree.tsx'

type BrowserProps = Readonly<{ sopInstanceUid: SopInstanceUid, frameNumber: number | null, about: string, isWaiting: boolean }>

/** Attributes of one stored file: search, folding, covering, copying. `isWaiting`: another image is shown already, its list follows. */
export function TagBrowser(props: BrowserProps) {
  const [isLarge, setIsLarge] = useState(false)
  const [isEveryFrame, setIsEveryFrame] = useState(false)
  const browser = <Browser {...props} isEveryFrame={isEveryFrame} onEveryFrame={setIsEveryFrame} onEnlarge={isLarge ? null : () => { setIsLarge(true) }} />
  if (!isLarge) return browser
  return (
    <Dialog isOpen isWide onClose={() => { setIsLarge(false) }} title="Attributes">
      <div className="tags tags-large">{browser}</div>
    </Dialog>
  )
}

type Browsing = BrowserProps & Readonly<{ isEveryFrame: boolean, onEveryFrame: (isOn: boolean) => void, onEnlarge: (() => void) | null }>

function Browser({ sopInstanceUid, frameNumber, about, isWaiting, isEveryFrame, onEveryFrame, onEnlarge }: Browsing) {
  const isCovered = useStudyScreen((state) => state.isCovered)
  const search = useDebounced(useStudyScreen((state) => state.tagSearch).trim(), 150)
  const ask = { search, covered: isCovered ? '1' : '0', ...(isEveryFrame || frameNumber === null ? {} : { frame: frameNumber }) } as const
  const { data, isError, error, refetch, isPlaceholderData } = useQuery({ ...tagsQuery(useApi(), sopInstanceUid, ask), placeholderData: keepPreviousData })
  // A list that tells the covered values must not stay readable while the other one is on its way.
  const list = isCovered && isPlaceholderData && data?.rows.some(tellsOfPatient) ? undefined : data
  return (
    <>
      <SearchBar isCovered={isCovered} onEnlarge={onEnlarge} />
      {isError ? <ErrorState title="The attributes can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : list === undefined ? <div className="panel-loading"><Skeleton /><Skeleton /><Skeleton /></div> : (
        <>
          <About about={about} list={list} isSearching={search !== ''} isEveryFrame={isEveryFrame} frameNumber={frameNumber} onEveryFrame={onEveryFrame} />
          <Listed list={list} search={search} isCovered={isCovered} isStale={isWaiting || isPlaceholderData} sopInstanceUid={sopInstanceUid} />
        </>
      )}
    </>
  )
}

const tellsOfPatient = (row: TagRow) => row.isPatientData && row.kind !== 'item' && row.kind !== 'sequence' && row.value !== ''

function SearchBar({ isCovered, onEnlarge }: Readonly<{ isCovered: boolean, onEnlarge: (() => void) | null }>) {
  const search = useStudyScreen((state) => state.tagSearch)
  const set = useStudyScreen((state) => state.set)
  return (
    <div className="tags-bar">
      <div className="tags-search">
        <Search aria-hidden />
        <input className="input" type="text" aria-label="Search the attributes" placeholder="Tag, name, VR or value" value={search} spellCheck={false} onChange={(event) => { set({ tagSearch: event.target.value }) }} />
        {search === '' ? null : <Button tone="quiet" className="button-icon" aria-label="Clear the search" onClick={() => { set({ tagSearch: '' }) }}><X aria-hidden /></Button>}
      </div>
      <Button aria-pressed={isCovered} onClick={() => { set({ isCovered: !isCovered }) }}>{isCovered ? <EyeOff aria-hidden /> : <Eye aria-hidden />}Cover<span className="visually-hidden"> patient data</span></Button>
      {onEnlarge === null ? null : <IconButton name="Show the attributes large" onClick={onEnlarge}><Maximize2 aria-hidden /></IconButton>}
    </div>
  )
}

type AboutProps = Readonly<{ about: string, list: TagList, isSearching: boolean, isEveryFrame: boolean, frameNumber: number | null, onEveryFrame: (isOn: boolean) => void }>

/** Which image this is, and how much of it is listed. */
function About({ about, list, isSearching, isEveryFrame, frameNumber, onEveryFrame }: AboutProps) {
  const count = isSearching ? `${countText(list.hits)} of ${countText(list.total)} match` : `${countText(list.total)} attributes`
  return (
    <div className="tags-about">
      <span className="grow">{about}{list.frames < 2 || frameNumber === null ? '' : ` · frame ${frameNumber} of ${list.frames}`}</span>
      {list.frames < 2 || frameNumber === null ? null : <label className="tags-frames"><input type="checkbox" checked={isEveryFrame} onChange={(event) => { onEveryFrame(event.target.checked) }} />All frames</label>}
      <output className="quiet">{count}</output>
      {list.isListCut ? <p className="tags-cut">The first {countText(list.rows.length)} lines. Search to narrow; the search looks through all of them.</p> : null}
    </div>
  )
}

type ListedProps = Readonly<{ list: TagList, search: string, isCovered: boolean, isStale: boolean, sopInstanceUid: SopInstanceUid }>

function Listed({ list, search, isCovered, isStale, sopInstanceUid }: ListedProps) {
  const copies = useTagCopies(sopInstanceUid, isCovered)
  const { folds, fold } = useFolds(search)
  const lines = treeRows(list.rows, folds, search !== '')
  if (lines.length === 0) return <output className="panel-note quiet">No attribute matches.{isCovered ? ' Covered values are not searched.' : ''}</output>
  return (
    <>
      <TagTree lines={lines} words={wordsOf(search)} isCovered={isCovered} isStale={isStale} sopInstanceUid={sopInstanceUid} onFold={fold} copies={copies} />
      <div className="tags-foot">
        <Button tone="quiet" onClick={() => { copies.all(lines.map(({ row }) => row)) }}><Copy aria-hidden />Copy {lines.length === 1 ? 'this line' : `these ${countText(lines.length)} lines`}</Button>
      </div>
    </>
  )
}

/** What was opened by hand stays open from image to image, which is what one compares by; each search begins anew and leaves it alone. */
function useFolds(search: string): { folds: Folds, fold: (changes: readonly (readonly [string, boolean])[]) => void } {
  const [bySearch, setBySearch] = useState<ReadonlyMap<string, Folds>>(new Map())
  const folds = bySearch.get(search) ?? noFolds
  return { folds, fold: (changes) => { setBySearch((before) => new Map([['', before.get('') ?? noFolds], [search, new Map([...before.get(search) ?? noFolds, ...changes])]])) } }
}

const noFolds: Folds = new Map()
