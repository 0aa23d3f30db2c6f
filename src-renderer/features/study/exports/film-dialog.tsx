import { useEffect, useRef, useState } from 'react'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import { Progress } from '../../../ui/states.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'
import { saveBytes } from '../../../ui/save-bytes.ts'
import { composePane } from './compose-pane.ts'
import { burntIn, Check } from './export-choices.tsx'
import { exportName, sizeText } from './export-names.ts'
import { showImage, type ExportPane } from './export-source.ts'
import { makeFilm } from './film.ts'

type Wish = Readonly<{ ratePerS: number, withOverlays: boolean, withNames: boolean }>
type Making = Readonly<{ kind: 'idle' }> | Readonly<{ kind: 'making', done: number }> | Readonly<{ kind: 'failed', reason: string }>

/** Wider films help nobody, and older decoders refuse them. */
const mostWidePx = 1920

/** Every image of the pane once, as it is shown now, as a film. The pane runs through its images while it is made, and comes back. */
export function FilmDialog({ viewer, pane, onClose }: Readonly<{ viewer: StudyViewer, pane: ExportPane, onClose: () => void }>) {
  const [wish, setWish] = useState<Wish>({ ratePerS: ownRate(pane), withOverlays: true, withNames: false })
  const [making, setMaking] = useState<Making>({ kind: 'idle' })
  const abort = useRef<AbortController | null>(null)
  const api = useApi()
  const notify = useNotify()
  useEffect(() => () => { abort.current?.abort() }, [])
  const { count } = pane
  const isRateGood = wish.ratePerS >= 1 && wish.ratePerS <= 60
  const start = async () => {
    const controller = new AbortController()
    abort.current = controller
    setMaking({ kind: 'making', done: 0 })
    try {
      const film = await filmOf(viewer, pane, wish, controller.signal, (done) => { setMaking({ kind: 'making', done }) })
      await api.exports.record(pane.studyUid, { kind: 'cine', seriesUids: [pane.seriesUid], images: film.frames, hasNames: wish.withNames && wish.withOverlays })
      if (await saveBytes(exportName(pane.description, film.ending), film.blob)) notify('done', `A film of ${film.frames} images is saved (${film.ending.toUpperCase()}, ${sizeText(film.blob.size)}).`)
      onClose()
    } catch (error) {
      setMaking(controller.signal.aborted ? { kind: 'idle' } : { kind: 'failed', reason: messageOf(error) })
    }
  }
  return (
    <Dialog isOpen onClose={onClose} title="Export a film of the series" description="MP4 where this browser can write it, else WebM. Window, zoom and place are those of the pane.">
      {making.kind === 'making' ? (
        <>
          <output>Image {Math.min(count, making.done + 1)} of {count}</output>
          <Progress fraction={making.done / count} label="The film" />
          <div className="dialog-actions"><Button onClick={() => { abort.current?.abort() }}>Stop</Button></div>
        </>
      ) : (
        <>
          {making.kind === 'failed' ? <p className="field-error" role="alert">{making.reason}</p> : null}
          <Field label="Images a second" type="number" min={1} max={60} step={0.5} value={wish.ratePerS} error={isRateGood ? null : 'From 1 to 60.'} hint={`${count} images: ${isRateGood ? (count / wish.ratePerS).toFixed(1) : '–'} s`} onChange={(event) => { setWish({ ...wish, ratePerS: event.target.valueAsNumber }) }} />
          <Check label="With overlays" isOn={wish.withOverlays} onChange={(withOverlays) => { setWish({ ...wish, withOverlays }) }} />
          <Check label="With names" isOn={wish.withNames && wish.withOverlays} isOff={!wish.withOverlays} onChange={(withNames) => { setWish({ ...wish, withNames }) }} />
          <p className="field-hint">{burntIn}</p>
          <div className="dialog-actions">
            <Button onClick={onClose}>Cancel</Button>
            <Button tone="primary" disabled={!isRateGood || count < 2} onClick={() => { void start() }}>{count < 2 ? 'One image is no film' : 'Make the film'}</Button>
          </div>
        </>
      )}
    </Dialog>
  )
}

function ownRate({ description: { cine, frameTimeMs } }: ExportPane): number {
  const rate = cine?.ratePerS ?? (frameTimeMs !== null && frameTimeMs > 0 ? 1000 / frameTimeMs : 10)
  return Number(Math.min(60, Math.max(1, rate)).toFixed(2))
}

async function filmOf(viewer: StudyViewer, pane: ExportPane, { ratePerS, withOverlays, withNames }: Wish, signal: AbortSignal, onProgress: (done: number) => void) {
  const scale = Math.min(window.devicePixelRatio, mostWidePx / pane.element.getBoundingClientRect().width)
  const step = async (index: number) => {
    await showImage(viewer, pane.id, index, signal)
    return composePane(pane, { withOverlays, withPatientData: withNames, scale })
  }
  try {
    return await makeFilm({ count: pane.count, ratePerS, signal, onProgress, step })
  } finally {
    // Where it stood before: also after a stop or a failure, which this must not hide.
    await showImage(viewer, pane.id, pane.index, new AbortController().signal).catch(() => undefined)
  }
}
