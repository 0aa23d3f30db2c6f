import { GitMerge } from 'lucide-react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { Button } from '../../../ui/button.tsx'
import { counted } from '../../../ui/format.ts'
import type { Draft } from './drafts.ts'
import { useDrafts } from './drafts-context.tsx'

/** Two hands on one line: nobody's text is thrown away without a person saying so. */
export function ConflictBox({ studyUid, draft }: Readonly<{ studyUid: StudyUid, draft: Extract<Draft, { kind: 'conflict' }> }>) {
  const drafts = useDrafts()
  const isSigned = draft.theirs.status !== 'draft'
  return (
    <section className="report-conflict" role="alert">
      <div className="row"><GitMerge aria-hidden /><strong>{isSigned ? 'The report was signed meanwhile' : 'The report was changed elsewhere'}</strong></div>
      <p>{isSigned ? 'Your text can’t go into it any more. Copy what you need into an addendum, then take the signed report.' : `${counted(draft.lines.length, 'line')} changed on both sides. The rest is brought together.`}</p>
      <ul>{draft.lines.map(({ mine, theirs }) => <li key={`${mine}\n${theirs}`}><p className="quiet">Yours: {quoted(mine)}</p><p className="quiet">The other: {quoted(theirs)}</p></li>)}</ul>
      <div className="row">
        {isSigned ? null : <Button tone="primary" onClick={() => { void drafts.resolve(studyUid, 'mine') }}>Keep my lines</Button>}
        <Button onClick={() => { void drafts.resolve(studyUid, 'theirs') }}>{isSigned ? 'Take the signed report' : 'Take the other text'}</Button>
      </div>
    </section>
  )
}

function quoted(text: string | null): string {
  return text === null ? 'taken out' : `“${text}”`
}
