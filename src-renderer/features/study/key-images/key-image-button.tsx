import { Star } from 'lucide-react'
import { Toolbar as RadixToolbar } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { IconButton } from '../../../ui/button.tsx'
import { useChordOf, useCommands } from '../../../ui/commands-context.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'
import { useActiveImage } from './active-image.ts'
import { markOf } from './marks.ts'
import { useKeyImages } from './use-key-images.ts'
import './key-images.css'

/** Marks the image in the active pane, or takes the mark away, by button and by key. For the viewer's toolbar; `studyUid`: the study that is read. */
export function KeyImageButton({ viewer, studyUid }: Readonly<{ viewer: StudyViewer, studyUid: StudyUid }>) {
  const image = useActiveImage(viewer)
  const { marks, isKnown, failure, save, toggle } = useKeyImages(image?.studyUid ?? studyUid)
  const notify = useNotify()
  // The star is seen at once; by ear it is told.
  const [said, setSaid] = useState('')
  const chord = useChordOf('study.key-image')
  const unsaved = save.kind === 'failed' ? save.reason : null
  useEffect(() => { if (unsaved !== null) notify('error', `A key image is not saved yet: ${unsaved} The list of key images shows it.`) }, [unsaved, notify])
  const mark = markOf(marks, image)
  const why = failure ?? (!isKnown ? 'It is not known yet what is marked; try again in a moment.' : image === null ? 'There is no stored image in this pane: a plane that is cut through a volume can’t be a key image.' : null)
  const run = () => {
    if (why !== null || image === null) { notify('info', why ?? ''); return }
    toggle(image)
    setSaid(mark === null ? 'Marked as a key image.' : 'The mark is taken away.')
  }
  useCommands([{ id: 'study.key-image', run }])
  return (
    <>
      <RadixToolbar.Button asChild>
        <IconButton name={mark === null ? 'Mark as a key image' : 'Take the key image mark away'} chord={chord} aria-pressed={mark !== null} aria-disabled={why !== null} onClick={run}><Star aria-hidden {...(mark === null ? {} : { fill: 'currentColor' })} /></IconButton>
      </RadixToolbar.Button>
      <output className="visually-hidden">{said}</output>
    </>
  )
}
