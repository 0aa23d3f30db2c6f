import { FileDown, Play, QrCode, Share2, Square, Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { StudyFollowup } from '../../../../src-shared/followup.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { instantText } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { useHasRole } from '../../session/index.ts'
import { canRelease, releaseText } from '../followup-texts.ts'
import { Standing } from '../parts.tsx'
import { useStudyActs } from '../use-followup.ts'
import { LinkDialog } from './link-dialog.tsx'
import type { DraftEditing } from './use-draft.ts'

type FootProps = Readonly<{ studyUid: StudyUid, followup: StudyFollowup, draft: DraftEditing }>
type Asked = 'link' | 'stop' | 'withdraw' | null

/** What is missing, and the acts: on the portal or off it, under way or stopped, the way there on paper or on a screen. */
export function ReleaseFoot({ studyUid, followup, draft }: FootProps) {
  const { release, missing, plan } = followup
  const now = useNow(60_000)
  const maySend = useHasRole('clinician', 'admin')
  const acts = useStudyActs(studyUid)
  const [asked, setAsked] = useState<Asked>(null)
  const close = () => { setAsked(null) }
  const mayRelease = maySend && canRelease(followup, draft.words?.texts ?? null) && draft.state !== 'conflict' && !acts.release.isPending
  // What is typed is stored first, so that the patient reads what the screen says; where that is refused it says so beside the text.
  const releaseNow = () => { draft.flush().then((revision) => { acts.release.mutate(revision) }, () => null) }
  const mayStart = maySend && plan?.state === 'proposed' && !acts.start.isPending
  const start = () => { if (plan !== null) acts.start.mutate(plan.id) }
  const mayStop = plan !== null && plan.state !== 'stopped'
  useCommands([
    { id: 'followup.release', isEnabled: mayRelease, run: releaseNow }, { id: 'followup.start', isEnabled: mayStart, run: start },
    { id: 'followup.stop', isEnabled: mayStop, run: () => { setAsked('stop') } }, { id: 'followup.link', run: () => { setAsked('link') } }
  ])
  return (
    <footer className="followup-foot">
      <div className="grow stack">
        {missing.length === 0 ? <Standing isWell text={releaseText(followup, (instant) => instantText(instant, now))} /> : <><p className="small">{releaseText(followup, (instant) => instantText(instant, now))}</p><ul className="stack" aria-label="What is missing">{missing.map((text) => <li key={text}><Standing isWell={false} text={text} /></li>)}</ul></>}
      </div>
      <div className="row followup-foot-acts">
        <Button disabled={acts.sheet.isPending} onClick={() => { acts.sheet.mutate() }}><FileDown aria-hidden />{acts.sheet.isPending ? 'Making…' : 'Patient’s sheet'}</Button>
        <Button onClick={() => { setAsked('link') }}><QrCode aria-hidden />Show QR <CommandKeys command="followup.link" /></Button>
        {mayStop ? <Button onClick={() => { setAsked('stop') }}><Square aria-hidden />Stop the plan</Button> : null}
        {maySend && release !== null ? <Button onClick={() => { setAsked('withdraw') }}><Undo2 aria-hidden />Take it off the portal</Button> : null}
        {maySend ? <Button tone={release === null ? 'primary' : 'plain'} disabled={!mayRelease} onClick={releaseNow}><Share2 aria-hidden />{release === null ? 'Release to the portal' : 'Release again'} <CommandKeys command="followup.release" /></Button> : <span className="quiet small">A clinician releases and starts.</span>}
        {maySend && plan !== null && plan.state === 'proposed' ? <Button tone="primary" disabled={!mayStart} onClick={start}><Play aria-hidden />Start the plan <CommandKeys command="followup.start" /></Button> : null}
      </div>
      <LinkDialog studyUid={studyUid} isOpen={asked === 'link'} onClose={close} />
      <Dialog isOpen={asked === 'stop'} onClose={close} title="Stop the plan?" description="What is planned or queued is called off. What was sent stays in the conversation, and the report stays on the portal.">
        <div className="dialog-actions"><Button onClick={close}>Let it go on</Button><Button tone="danger" onClick={() => { if (plan !== null) acts.stop.mutate(plan.id); close() }}>Stop the plan</Button></div>
      </Dialog>
      <Dialog isOpen={asked === 'withdraw'} onClose={close} title="Take the report off the portal?" description="The patient can not read it any more. It can be released again.">
        <div className="dialog-actions"><Button onClick={close}>Leave it there</Button><Button tone="danger" onClick={() => { acts.withdraw.mutate(); close() }}>Take it off</Button></div>
      </Dialog>
    </footer>
  )
}
