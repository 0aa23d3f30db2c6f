import { useQuery } from '@tanstack/react-query'
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { FirstImpression } from '../../../../src-shared/reading.ts'
import { useApi } from '../../../api/api-context.tsx'
import { reportQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { instantText } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { useStudyScreen } from '../study-state.ts'
import { useReadingActions } from './use-readings.ts'

/** Read-first: the model's text stays shut until the clinician has written their own impression. */
export function HiddenText({ studyUid, isReadOnly }: Readonly<{ studyUid: StudyUid, isReadOnly: boolean }>) {
  const report = useQuery(reportQuery(useApi(), studyUid)).data
  const set = useStudyScreen((state) => state.set)
  const { commit } = useReadingActions(studyUid)
  const own = (report?.content.impression ?? []).filter(({ origin }) => origin === 'clinician').map(({ spans }) => spans.map(({ text }) => text).join('')).join('\n').trim()
  return (
    <section className="read-first" aria-label="The reader's text is hidden">
      <p><EyeOff aria-hidden className="statement-icon" /> The text of the reader is there and hidden. Write your impression first; then open it and compare.</p>
      {own === '' ? <p className="quiet small">The report has no impression in your own words yet.</p> : <blockquote className="read-first-own">{own}</blockquote>}
      {isReadOnly ? null : (
        <div className="row">
          <Button onClick={() => { set({ tab: 'report' }) }}>Write the impression</Button>
          <Button tone="primary" disabled={own === '' || commit.isPending} onClick={() => { commit.mutate(own) }}><Eye aria-hidden />Keep it and open the reader's text</Button>
        </div>
      )}
    </section>
  )
}

/** What was thought before, and whether the model thought the same. */
export function FirstImpressionBox({ studyUid, first, isReadOnly }: Readonly<{ studyUid: StudyUid, first: FirstImpression, isReadOnly: boolean }>) {
  const { agree } = useReadingActions(studyUid)
  const [note, setNote] = useState(first.note)
  const now = useNow(60_000)
  return (
    <section className="read-first" aria-label="First impression">
      <p className="small quiet">First impression of {first.by}, {instantText(first.at, now)}</p>
      <blockquote className="read-first-own">{first.text}</blockquote>
      {isReadOnly ? <p className="small">{first.agreement === null ? 'Not compared.' : first.agreement === 'agrees' ? 'The reader agrees.' : `The reader differs. ${first.note}`}</p> : (
        <>
          <label className="field"><span className="field-label">Where it differs</span><input className="input" value={note} maxLength={2000} onChange={(event) => { setNote(event.target.value) }} /></label>
          <fieldset className="row fieldset-plain"><legend className="visually-hidden">Compared with the reader</legend>
            <Button aria-pressed={first.agreement === 'agrees'} onClick={() => { agree.mutate({ agreement: 'agrees', note }) }}>The reader agrees</Button>
            <Button aria-pressed={first.agreement === 'differs'} onClick={() => { agree.mutate({ agreement: 'differs', note }) }}>It differs</Button>
          </fieldset>
        </>
      )}
    </section>
  )
}
