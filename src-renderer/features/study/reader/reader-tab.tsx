import { useNavigate } from '@tanstack/react-router'
import { BookOpenCheck, EyeOff, Sparkle } from 'lucide-react'
import { useState } from 'react'
import type { Finding } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Reading, ReadingList, Statement } from '../../../../src-shared/reading.ts'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx'
import { useStudyScreen } from '../study-state.ts'
import { useJumpToFindingId, useViewer } from '../viewer-link.tsx'
import { FirstImpressionBox, HiddenText } from './first-impression.tsx'
import { LiveReading } from './live-reading.tsx'
import './reader.css'
import { coverageText, inOrderOfNeed, runText, taskNames, verdictNames } from './reader-texts.ts'
import { StatementCard } from './statement-card.tsx'
import { useReadingActions, useReadings } from './use-readings.ts'

type TabProps = Readonly<{ studyUid: StudyUid, findings: readonly Finding[], isReadOnly: boolean }>

/** What a model says of this study, sentence by sentence, each for a clinician to decide on. */
export function ReaderTab({ studyUid, findings, isReadOnly }: TabProps) {
  const list = useReadings(studyUid)
  if (list.data === undefined) return list.isError ? <ErrorState title="The reader's text can't be read" message={messageOf(list.error)} onRetry={() => { void list.refetch() }} /> : <div className="panel-loading"><Skeleton width="40%" /><Skeleton height={60} /></div>
  return <Known studyUid={studyUid} findings={findings} isReadOnly={isReadOnly} list={list.data} />
}

function Known({ studyUid, findings, isReadOnly, list }: TabProps & Readonly<{ list: ReadingList }>) {
  const { readings, isHidden, firstImpression, canRead, whyNot } = list
  const actions = useReadingActions(studyUid)
  const isOpen = ({ state }: Reading) => state === 'queued' || state === 'running'
  const running = readings.filter(isOpen).toReversed()
  const over = readings.filter((reading) => !isOpen(reading) && reading.task !== 'second-look')
  const looks = readings.filter((reading) => !isOpen(reading) && reading.task === 'second-look')
  return (
    <div className="reader">
      <Starters canRead={canRead} whyNot={whyNot} hasFindings={findings.length > 0} onAsk={(request) => { actions.request.mutate(request) }} isBusy={actions.request.isPending} />
      {running.map((reading) => <LiveReading key={reading.id} reading={reading} onCancel={reading.analysisId === null ? () => { actions.cancel.mutate(reading.id) } : null} />)}
      {isHidden && readings.length > 0 ? <HiddenText studyUid={studyUid} isReadOnly={isReadOnly} /> : null}
      {firstImpression === null ? null : <FirstImpressionBox studyUid={studyUid} first={firstImpression} isReadOnly={isReadOnly} />}
      {isHidden ? null : over.map((reading) => <Answer key={reading.id} reading={reading} studyUid={studyUid} findings={findings} isReadOnly={isReadOnly} />)}
      {isHidden || looks.length === 0 ? null : <SecondLooks readings={looks} studyUid={studyUid} findings={findings} isReadOnly={isReadOnly} />}
      {readings.length === 0 && canRead ? <EmptyState icon={<Sparkle aria-hidden />} title="No model has looked at this study" text="Analysing it asks the reader by itself; or ask it here. What it says are proposals: nothing of it is in the report before you take it in." /> : null}
      {readings.length === 0 && !canRead ? <NoReader whyNot={whyNot} /> : null}
    </div>
  )
}

type Ask = Readonly<{ task: 'describe-study' | 'second-look' | 'impression' | 'plain-language' }>

function Starters({ canRead, whyNot, hasFindings, onAsk, isBusy }: Readonly<{ canRead: boolean, whyNot: string, hasFindings: boolean, onAsk: (ask: Ask) => void, isBusy: boolean }>) {
  if (!canRead) return whyNot === '' ? null : <p className="panel-note quiet small">{whyNot}</p>
  return (
    <fieldset className="reader-starters fieldset-plain"><legend className="visually-hidden">Ask the reader</legend>
      <Button disabled={isBusy} onClick={() => { onAsk({ task: 'describe-study' }) }}>Describe <CommandKeys command="reader.describe" /></Button>
      <Button disabled={isBusy || !hasFindings} onClick={() => { onAsk({ task: 'second-look' }) }}>Second looks</Button>
      <Button disabled={isBusy} onClick={() => { onAsk({ task: 'impression' }) }}>Impression</Button>
      <Button disabled={isBusy} onClick={() => { onAsk({ task: 'plain-language' }) }}>Plain words</Button>
    </fieldset>
  )
}

function NoReader({ whyNot }: Readonly<{ whyNot: string }>) {
  const navigate = useNavigate()
  return <EmptyState icon={<EyeOff aria-hidden />} title="No reader" text={`${whyNot} Everything that is measured works without one.`}><Button onClick={() => { void navigate({ to: '/settings' }) }}>Open the settings</Button></EmptyState>
}

function Answer({ reading, studyUid, findings, isReadOnly }: TabProps & Readonly<{ reading: Reading }>) {
  return (
    <section className="reading" aria-label={taskNames[reading.task]}>
      <header className="reading-head">
        <h3>{taskNames[reading.task]}</h3>
        {reading.run?.isMock === true ? <span className="badge mock-mark">MOCK</span> : null}
        <p className="quiet small">{[coverageText(reading.images), runText(reading)].filter((part) => part !== '').join(' · ')}</p>
      </header>
      {reading.state === 'failed' || reading.state === 'cancelled' ? <output className={reading.state === 'failed' ? 'reading-failed' : 'quiet panel-note'}>{reading.state === 'failed' ? `Failed: ${reading.error ?? ''}` : reading.error ?? 'Cancelled.'}</output> : null}
      <Statements statements={inOrderOfNeed(reading.statements)} studyUid={studyUid} findings={findings} isReadOnly={isReadOnly} />
    </section>
  )
}

export function Statements({ statements, studyUid, findings, isReadOnly }: TabProps & Readonly<{ statements: readonly Statement[] }>) {
  const selectedId = useStudyScreen((state) => state.selectedStatementId)
  const set = useStudyScreen((state) => state.set)
  const [amendingId, setAmendingId] = useState<string | null>(null)
  const viewer = useViewer()
  const jump = useJumpToFindingId(findings)
  const { decide } = useReadingActions(studyUid)
  return statements.map((statement) => (
    <StatementCard key={statement.id} statement={statement} isSelected={statement.id === selectedId} isReadOnly={isReadOnly} isAmending={statement.id === amendingId}
      onAmend={(isOpen) => { set({ selectedStatementId: statement.id }); setAmendingId(isOpen ? statement.id : null) }} onFinding={jump}
      onImage={({ seriesUid, sopInstanceUid, frameNumber }) => { set({ selectedStatementId: statement.id }); void viewer.jumpTo({ seriesUid, sopInstanceUid, frameNumber, centreMm: null }) }}
      onVerdict={(verdict, text) => { decide.mutate({ statement, verdict, ...(text === undefined ? {} : { text }) }) }} />
  ))
}

function SecondLooks({ readings, studyUid, findings, isReadOnly }: TabProps & Readonly<{ readings: readonly Reading[] }>) {
  const jump = useJumpToFindingId(findings)
  return (
    <section className="reading" aria-label="Second looks">
      <header className="reading-head"><h3><BookOpenCheck aria-hidden className="statement-icon" /> Second looks</h3>{readings.some(({ run }) => run?.isMock === true) ? <span className="badge mock-mark">MOCK</span> : null}<p className="quiet small">{runText(readings[0] ?? { run: null, timing: null })}</p></header>
      {readings.map((reading) => (
        <div key={reading.id} className="second-look">
          <div className="row">
            <strong className="grow">{reading.verdict === null ? 'No answer' : verdictNames[reading.verdict]}</strong>
            {reading.findingId === null ? null : <Button tone="quiet" onClick={() => { jump(reading.findingId ?? '') }}>Show</Button>}
          </div>
          {reading.error === null ? null : <p className="reading-failed">{reading.error}</p>}
          <Statements statements={reading.statements} studyUid={studyUid} findings={findings} isReadOnly={isReadOnly} />
        </div>
      ))}
    </section>
  )
}
