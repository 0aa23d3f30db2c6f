import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'
import { saveBytes } from '../../../ui/save-bytes.ts'
import { canvasBlob, composePane } from './compose-pane.ts'
import { burntIn, Check, Choice } from './export-choices.tsx'
import { exportName } from './export-names.ts'
import { nativePicture, type ExportPane } from './export-source.ts'

type Size = 'native' | '1' | '2' | '3'
type Wish = Readonly<{ size: Size, withOverlays: boolean, withNames: boolean }>

/** The image of a pane as PNG, with a look at it before it leaves. */
export function ImageDialog({ viewer, pane, onClose }: Readonly<{ viewer: StudyViewer, pane: ExportPane, onClose: () => void }>) {
  const [wish, setWish] = useState<Wish>({ size: '1', withOverlays: true, withNames: false })
  const [native] = useState(() => nativePicture(viewer, pane.id))
  const made = useMade(pane, wish, native)
  const save = useSaveImage(pane, wish, onClose)
  const isNative = wish.size === 'native'
  const box = pane.element.getBoundingClientRect()
  const sizeOf = (scale: number) => `${Math.round(box.width * scale)} × ${Math.round(box.height * scale)}`
  return (
    <Dialog isOpen isWide onClose={onClose} title="Export the image" description="One PNG file. Its name and its bytes hold nothing of the patient beyond what you see here.">
      <div className="export-image">
        <Preview made={made} />
        <div className="stack">
          <Choice<Size>
            legend="Size" name="size" value={wish.size} onChange={(size) => { setWish({ ...wish, size }) }}
            options={[
              { value: '1', text: `As shown (${sizeOf(1)})` }, { value: '2', text: `Twice as fine (${sizeOf(2)})` }, { value: '3', text: `Three times as fine (${sizeOf(3)})` },
              { value: 'native', text: native === null ? 'The image alone: not from this pane' : `The image alone, whole, pixel by pixel (${native.width} × ${native.height})`, isOff: native === null }
            ]}
          />
          <Check label="With overlays" hint="Measurements, marks, letters, scale, window." isOn={wish.withOverlays && !isNative} isOff={isNative} onChange={(withOverlays) => { setWish({ ...wish, withOverlays }) }} />
          <Check label="With names" hint="Patient, study and series, as in the corners of the pane." isOn={wish.withNames && wish.withOverlays && !isNative} isOff={isNative || !wish.withOverlays} onChange={(withNames) => { setWish({ ...wish, withNames }) }} />
          <p className="field-hint">{burntIn}</p>
        </div>
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="primary" disabled={made.kind !== 'made' || save.isPending} onClick={() => { if (made.kind === 'made') save.mutate(made.bytes) }}>{save.isPending ? 'Saving…' : 'Save the PNG'}</Button>
      </div>
    </Dialog>
  )
}

type Made = Readonly<{ kind: 'making' }> | Readonly<{ kind: 'made', bytes: Blob, address: string }> | Readonly<{ kind: 'failed', reason: string }>

/** The very file that would leave, made anew at each choice. */
function useMade(pane: ExportPane, { size, withOverlays, withNames }: Wish, native: HTMLCanvasElement | null): Made {
  const [made, setMade] = useState<Made>({ kind: 'making' })
  useEffect(() => {
    let isCurrent = true
    let address: string | null = null
    const make = async () => {
      const canvas = size === 'native' && native !== null ? native : await composePane(pane, { withOverlays, withPatientData: withNames, scale: Number(size) })
      const bytes = await canvasBlob(canvas)
      if (!isCurrent) return
      address = URL.createObjectURL(bytes)
      setMade({ kind: 'made', bytes, address })
    }
    make().catch((error: unknown) => { if (isCurrent) setMade({ kind: 'failed', reason: messageOf(error) }) })
    return () => {
      isCurrent = false
      if (address !== null) URL.revokeObjectURL(address)
    }
  }, [pane, size, withOverlays, withNames, native])
  return made
}

function Preview({ made }: Readonly<{ made: Made }>) {
  return (
    <div className="export-preview">
      {made.kind === 'failed' ? <p className="field-error" role="alert">{made.reason}</p> : null}
      {made.kind === 'made' ? <img className="export-picture" src={made.address} alt="The file as it will be saved" /> : null}
    </div>
  )
}

function useSaveImage({ studyUid, seriesUid, description, index, isStack }: ExportPane, { size, withOverlays, withNames }: Wish, onDone: () => void) {
  const api = useApi()
  const notify = useNotify()
  return useMutation({
    mutationFn: async (bytes: Blob) => {
      await api.exports.record(studyUid, { kind: 'image', seriesUids: [seriesUid], images: 1, hasNames: withNames && withOverlays && size !== 'native' })
      return saveBytes(exportName({ ...description, imageNumber: isStack ? index + 1 : null }, 'png'), bytes)
    },
    onSuccess: (isSaved) => {
      if (isSaved) notify('done', 'The image is saved.')
      onDone()
    },
    onError: (error) => { notify('error', `The image was not saved. ${messageOf(error)}`) }
  })
}
