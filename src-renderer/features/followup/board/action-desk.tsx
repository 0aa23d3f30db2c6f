import { createContext, use, useState, type ReactNode } from 'react'
import type { ScheduledAction } from '../../../../src-shared/followup.ts'
import { shortPersonName } from '../../../ui/format.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { TextBox } from '../parts.tsx'
import { kindWords, type ActionAct } from '../followup-texts.ts'
import { useActionActs } from '../use-followup.ts'
import { ChangeForm } from './change-form.tsx'

type Act = (act: ActionAct, action: ScheduledAction) => void
const DeskContext = createContext<Act | null>(null)

/** One set of acts and dialogs for all the cards below it. */
export function ActionDesk({ children }: Readonly<{ children: ReactNode }>) {
  const { retry, done, cancel } = useActionActs()
  const [asked, setAsked] = useState<Readonly<{ act: 'change' | 'cancel', action: ScheduledAction }> | null>(null)
  const close = () => { setAsked(null) }
  const run: Act = (act, action) => {
    const body = { revision: action.revision, note: '' }
    if (act === 'retry') retry.mutate({ id: action.id, body })
    else if (act === 'done') done.mutate({ id: action.id, body })
    else setAsked({ act, action })
  }
  const title = (word: string) => (asked === null ? word : `${word}: ${kindWords[asked.action.kind].toLowerCase()} for ${shortPersonName(asked.action.patientName)}`)
  return (
    <DeskContext value={run}>
      {children}
      <Dialog isOpen={asked?.act === 'change'} onClose={close} title={title('Change')} isWide>{asked?.act === 'change' ? <ChangeForm action={asked.action} onDone={close} /> : null}</Dialog>
      <Dialog isOpen={asked?.act === 'cancel'} onClose={close} title={title('Call off')} description="It will not happen. What is queued is taken out; what has left can not be called back.">
        {asked?.act === 'cancel' ? <CancelForm onClose={close} onCancel={(note) => { cancel.mutate({ id: asked.action.id, body: { revision: asked.action.revision, note } }); close() }} /> : null}
      </Dialog>
    </DeskContext>
  )
}

export function useDesk(): Act {
  const run = use(DeskContext)
  if (run === null) throw new Error('useDesk needs an ActionDesk above it')
  return run
}

function CancelForm({ onClose, onCancel }: Readonly<{ onClose: () => void, onCancel: (note: string) => void }>) {
  const [note, setNote] = useState('')
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); onCancel(note.trim()) }}>
      <TextBox label="Why (may stay empty)" value={note} rows={2} max={500} onChange={setNote} />
      <div className="dialog-actions"><Button onClick={onClose}>Keep it</Button><Button tone="danger" isSubmit>Call it off</Button></div>
    </form>
  )
}
