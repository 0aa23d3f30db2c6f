import { useQuery } from '@tanstack/react-query'
import { NotebookPen, Star, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { detailQuery } from '../../../api/queries.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { useChordOf } from '../../../ui/commands-context.tsx'
import { chordText } from '../../../ui/keys.ts'
import { useViewer } from '../viewer-link.tsx'
import type { Mark } from './marks.ts'
import { useKeyImages, type KeyImages } from './use-key-images.ts'
import './key-images.css'

/** The key images of a study; a click shows the image. A section of the panel, inside the viewer's provider. */
export function KeyImagesList({ studyUid, onJump }: Readonly<{ studyUid: StudyUid, onJump: (mark: Mark) => void }>) {
  const keyImages = useKeyImages(studyUid)
  const chord = useChordOf('study.key-image')
  const { marks, isKnown, failure } = keyImages
  return (
    <section className="key-images" aria-label="Key images">
      <h3 className="panel-note">Key images{marks.length === 0 ? '' : ` ${marks.length}`}</h3>
      <SaveLine keyImages={keyImages} />
      {failure === null ? null : <p className="panel-note field-error" role="alert">{failure}</p>}
      {isKnown && marks.length === 0 ? <p className="panel-note quiet">None is marked yet. Show an image{chord === undefined ? ' and press the star.' : ` and press ${chordText(chord)}.`}</p> : null}
      <ul>{marks.map((mark) => <MarkItem key={mark.id} mark={mark} keyImages={keyImages} onJump={onJump} />)}</ul>
    </section>
  )
}

function SaveLine({ keyImages: { save, retry, giveUp } }: Readonly<{ keyImages: KeyImages }>) {
  if (save.kind !== 'failed') return null
  return (
    <div className="banner banner-warning" role="alert">
      <span className="grow">Not saved yet: {save.reason}</span>
      <Button onClick={retry}>Try again</Button><Button tone="quiet" onClick={giveUp}>Give up</Button>
    </div>
  )
}

function MarkItem({ mark, keyImages: { setNote, remove }, onJump }: Readonly<{ mark: Mark, keyImages: KeyImages, onJump: (mark: Mark) => void }>) {
  const [draft, setDraft] = useState<string | null>(null)
  const name = useImageName(mark)
  const keep = () => {
    if (draft !== null && draft.trim() !== mark.note) setNote(mark, draft.trim())
    setDraft(null)
  }
  return (
    <li className="key-image">
      <div className="row">
        <button type="button" className="key-image-show" onClick={() => { onJump(mark) }}>
          <Star aria-hidden fill="currentColor" />
          <span className="grow"><span>{name}</span>{mark.note === '' ? null : <span className="key-image-note">{mark.note}</span>}<span className="quiet small">{mark.createdByName ?? 'not saved yet'}</span></span>
        </button>
        <IconButton name={mark.note === '' ? `Write a note to ${name}` : `Change the note to ${name}`} onClick={() => { setDraft(mark.note) }}><NotebookPen aria-hidden /></IconButton>
        <IconButton name={`Take the mark of ${name} away`} onClick={() => { remove(mark) }}><Trash2 aria-hidden /></IconButton>
      </div>
      {draft === null ? null : (
        <form className="row" onSubmit={(event) => { event.preventDefault(); keep() }}>
          <NoteField label={`Note to ${name}`} value={draft} onChange={setDraft} onLeave={keep} onCancel={() => { setDraft(null) }} />
        </form>
      )}
    </li>
  )
}

/** Kept when it is left, as nothing that was written may be lost; Esc gives it up. */
function NoteField({ label, value, onChange, onLeave, onCancel }: Readonly<{ label: string, value: string, onChange: (text: string) => void, onLeave: () => void, onCancel: () => void }>) {
  const input = useRef<HTMLInputElement>(null)
  const isGivenUp = useRef(false)
  useEffect(() => { input.current?.focus() }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    isGivenUp.current = true
    onCancel()
  }
  return (
    <input ref={input} className="input grow" aria-label={label} placeholder="What does it show?" maxLength={200} value={value}
      onChange={(event) => { onChange(event.target.value) }} onBlur={() => { if (!isGivenUp.current) onLeave() }} onKeyDown={onKeyDown} />
  )
}

/** "Axial 2.0, image 12 of 40" where the series is open, else its name alone. */
function useImageName({ studyUid, seriesUid, sopInstanceUid, frameNumber }: Mark): string {
  const { data } = useQuery(detailQuery(useApi(), studyUid))
  const opened = useStore(useViewer().store, (state) => state.opened[seriesUid]?.state)
  const series = data?.series.find((one) => one.seriesUid === seriesUid)
  const name = series === undefined ? 'Image' : series.description || `${series.modality} ${series.seriesNumber ?? ''}`.trim()
  if (opened?.kind !== 'ready') return frameNumber > 1 ? `${name}, frame ${frameNumber}` : name
  const { frames } = opened.description
  const at = frames.findIndex((frame) => frame.sopInstanceUid === sopInstanceUid && frame.frameNumber === frameNumber)
  return at < 0 ? name : `${name}, image ${at + 1} of ${frames.length}`
}
