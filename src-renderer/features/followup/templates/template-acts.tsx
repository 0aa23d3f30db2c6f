import { RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { useTemplateActs } from '../use-followup.ts'

type ActsProps = Readonly<{
  kind: 'messages' | 'plans', template: Readonly<{ id: string, name: string, isBuiltIn: boolean, revision: number }>, isStored: boolean, isChanged: boolean, mayEdit: boolean
  /** Why it can't be saved; null where it can. */
  lacks: string | null
  isSaving: boolean, onUndo: () => void
}>

/** Save, undo, and back to what was shipped (or gone, where it was added). Stands within the form that it saves. */
export function TemplateActs({ kind, template, isStored, isChanged, mayEdit, lacks, isSaving, onUndo }: ActsProps) {
  const { remove } = useTemplateActs()
  const [isAsked, setIsAsked] = useState(false)
  if (!mayEdit) return <p className="quiet small">A clinician changes templates.</p>
  const { id, name, isBuiltIn, revision } = template
  const close = () => { setIsAsked(false) }
  return (
    <div className="row">
      {isBuiltIn && revision > 0 ? <Button onClick={() => { setIsAsked(true) }}><RotateCcw aria-hidden />As it was shipped</Button> : null}
      {!isBuiltIn && isStored ? <Button onClick={() => { setIsAsked(true) }}><Trash2 aria-hidden />Delete</Button> : null}
      <span className="grow quiet small">{isChanged ? lacks ?? '' : ''}</span>
      <Button disabled={!isChanged} onClick={onUndo}>{isStored ? 'Undo' : 'Discard'}</Button>
      <Button tone="primary" isSubmit disabled={!isChanged || lacks !== null || isSaving}>Save</Button>
      <Dialog isOpen={isAsked} onClose={close} title={isBuiltIn ? `“${name}” as it was shipped?` : `Delete “${name}”?`} description={isBuiltIn ? 'What the site has changed in it is gone.' : 'What is planned already keeps its words.'}>
        <div className="dialog-actions"><Button onClick={close}>Keep it</Button><Button tone="danger" onClick={() => { remove.mutate({ kind, id }, { onSuccess: onUndo }); close() }}>{isBuiltIn ? 'As it was shipped' : 'Delete'}</Button></div>
      </Dialog>
    </div>
  )
}
