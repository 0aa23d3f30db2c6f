import type { ChangeEvent, KeyboardEvent } from 'react'
import type { StudyViewer } from '../../viewer/index.ts'

/** How a label is written, over the picture and in the list alike: Enter and leaving keep it, Escape takes it back. */
export function labelInput(viewer: StudyViewer) {
  return {
    maxLength: 200, placeholder: 'Enter keeps, Esc takes back',
    onChange: (event: ChangeEvent<HTMLInputElement>) => { viewer.labels.write(event.target.value) },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== 'Escape') return
      event.stopPropagation()
      event.preventDefault()
      viewer.labels.end(event.key === 'Enter')
    },
    onBlur: () => { viewer.labels.end(true) }
  }
}
