import { Import } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ImportActions } from './import-actions.ts'

/** The whole window takes files. Anything else that is dragged (text, a link) is left alone. */
export function DropZone({ actions }: Readonly<{ actions: ImportActions }>) {
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setIsOver(true)
    }
    const onLeave = (event: DragEvent) => { if (event.relatedTarget === null) setIsOver(false) }
    const onDrop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setIsOver(false)
      if (event.dataTransfer !== null) takeIn(event.dataTransfer, actions)
    }
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [actions])
  return isOver ? <div className="drop-zone" aria-hidden><div><Import />Drop to import</div></div> : null
}

/** Entries must be taken while the event runs; afterwards the transfer is empty. */
function takeIn(transfer: DataTransfer, actions: ImportActions): void {
  if (window.vigil !== undefined) {
    actions.fromPaths(window.vigil.pathsOfDroppedFiles([...transfer.files]))
    return
  }
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  // What comes from another program, such as a mail's attachment, has bytes but no place in a file system.
  if (entries.length > 0) actions.fromEntries(entries)
  else actions.fromPicker(transfer.files)
}
