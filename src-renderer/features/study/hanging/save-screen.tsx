import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { StudyDetail } from '../../../../src-shared/studies.ts'
import type { HangingProtocol, PaneRule } from '../../../../src-shared/viewing.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { detailQuery, queryKeys } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import { newRowId, type StudyViewer } from '../../../viewer/index.ts'
import { protocolOf } from './protocol-of.ts'
import { kindOf, kindText } from './study-kind.ts'
import { screenOf } from './viewer-screen.ts'

type Props = Readonly<{ isOpen: boolean, onClose: () => void, viewer: StudyViewer, detail: StudyDetail, protocols: readonly HangingProtocol[] }>

/** Makes a hanging protocol of what is on the screen. */
export function SaveScreen({ isOpen, onClose, ...rest }: Props) {
  return <Dialog isOpen={isOpen} onClose={onClose} title="Save this screen" description="Studies of this kind open like this from now on, for you.">{isOpen ? <SaveForm onClose={onClose} {...rest} /> : null}</Dialog>
}

function SaveForm({ onClose, viewer, detail, protocols }: Omit<Props, 'isOpen'>) {
  const notify = useNotify()
  const { modality, bodyPart } = kindOf(detail)
  const [isForAny, setIsForAny] = useState(bodyPart === '')
  const kind = { modality, bodyPart: isForAny ? '' : bodyPart }
  const replaced = protocols.find((protocol) => protocol.modality === modality && protocol.bodyPart === kind.bodyPart)
  const [name, setName] = useState<string | null>(null)
  const text = name ?? replaced?.name ?? kindText(kind)
  const { state, save } = useSaveScreen(viewer, detail)
  const submit = () => {
    const saveAs = { id: replaced?.id ?? newRowId(), revision: replaced?.revision ?? 0, name: text.trim() || kindText(kind), ...kind }
    save(saveAs, () => { onClose(); notify('done', `Saved. ${kindText(kind)} opens like this from now on.`) })
  }
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); submit() }}>
      <ScreenInWords viewer={viewer} detail={detail} />
      {bodyPart === '' ? null : (
        <fieldset className="hanging-choice"><legend className="field-label">For</legend>
          <label className="row"><input type="radio" name="kind" checked={!isForAny} onChange={() => { setIsForAny(false) }} />{kindText({ modality, bodyPart })}</label>
          <label className="row"><input type="radio" name="kind" checked={isForAny} onChange={() => { setIsForAny(true) }} />{kindText({ modality, bodyPart: '' })} without a protocol of its own</label>
        </fieldset>
      )}
      <Field label="Name" value={text} maxLength={80} onChange={(event) => { setName(event.target.value) }} />
      {replaced === undefined ? null : <p className="quiet small">It replaces “{replaced.name}”.</p>}
      {state.isError ? <p className="field-error" role="alert">Not saved: {messageOf(state.error)}</p> : null}
      <div className="dialog-actions"><Button onClick={onClose}>Cancel</Button><Button tone="primary" isSubmit disabled={state.isPending}>{state.isPending ? 'Saving…' : 'Save'}</Button></div>
    </form>
  )
}

function useSaveScreen(viewer: StudyViewer, detail: StudyDetail) {
  const api = useApi()
  const queryClient = useQueryClient()
  const state = useMutation({
    mutationFn: async (saveAs: Parameters<typeof protocolOf>[3]) => {
      const screen = screenOf(viewer.store.getState())
      const uids = [...new Set(screen.panes.flatMap(({ studyUid }) => (studyUid === null || studyUid === detail.study.studyUid ? [] : [studyUid])))]
      const others = await Promise.all(uids.map((uid) => queryClient.fetchQuery(detailQuery(api, uid))))
      return api.viewing.writeHangingProtocol(protocolOf(screen, detail, others, saveAs))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.hangingProtocols })
  })
  return { state, save: (saveAs: Parameters<typeof protocolOf>[3], onSaved: () => void) => { state.mutate(saveAs, { onSuccess: onSaved }) } }
}

/** What will be kept, so that nobody saves a screen unseen. */
function ScreenInWords({ viewer, detail }: Readonly<{ viewer: StudyViewer, detail: StudyDetail }>) {
  const { rows, columns, panes } = protocolOf(screenOf(viewer.store.getState()), detail, [], { id: '', name: '', modality: '', bodyPart: '', revision: 0 })
  const now = screenOf(viewer.store.getState()).panes
  return (
    <ol className="hanging-grid" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }} aria-label={`${rows} × ${columns} panes`}>
      {panes.map((rule, at) => <li key={`${at}-${rule.mode}`}>{paneText(rule, now[at]?.studyUid ?? null, detail)}</li>)}
    </ol>
  )
}

function paneText({ series, mode }: PaneRule, studyUid: string | null, detail: StudyDetail): string {
  if (studyUid !== null && studyUid !== detail.study.studyUid) return 'of the earlier study'
  if (series === null) return 'empty'
  return [series.description || series.modality, mode === 'stack' ? '' : mode].filter((part) => part !== '').join(', ')
}
