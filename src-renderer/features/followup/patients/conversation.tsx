import { BookOpenCheck, FileText, Handshake, MessagesSquare, Phone } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { assertNever } from '../../../../src-shared/errors.ts'
import type { ThreadEntry } from '../../../../src-shared/followup.ts'
import { counted } from '../../../ui/format.ts'
import { EmptyState } from '../../../ui/states.tsx'
import { callFacts, callWords, consentLine, messageWords, stateLine } from '../followup-texts.ts'
import { zonedText } from '../times.ts'

type Of<T extends ThreadEntry['type']> = Extract<ThreadEntry, { type: T }>

/** Oldest first; the newest is in view when it opens and when something comes. */
export function Conversation({ entries, timeZone }: Readonly<{ entries: readonly ThreadEntry[], timeZone: string }>) {
  const end = useRef<HTMLLIElement>(null)
  const count = entries.length
  useEffect(() => { if (count > 0) end.current?.scrollIntoView({ block: 'end' }) }, [count])
  if (count === 0) return <EmptyState icon={<MessagesSquare aria-hidden />} title="Nothing yet" text="Texts, calls, visits to the portal and what was agreed come here." />
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls is reached by key
    <section className="followup-scroller" aria-label="Conversation" tabIndex={0}>
      <ol className="followup-entries">
        {entries.map((entry) => <Entry key={`${entry.type} ${entry.id} ${entry.at}`} entry={entry} when={zonedText(entry.at, timeZone)} />)}
        <li ref={end} aria-hidden />
      </ol>
      <p className="quiet small followup-zone">Times by the clock where the patient is: {timeZone}.</p>
    </section>
  )
}

function Entry({ entry, when }: Readonly<{ entry: ThreadEntry, when: string }>) {
  switch (entry.type) {
    case 'message': return <Message entry={entry} when={when} />
    case 'call': return <Call entry={entry} when={when} />
    case 'visit': return <li className="followup-line"><BookOpenCheck aria-hidden />{entry.text} <time className="quiet" dateTime={entry.at}>{when}</time></li>
    case 'consent': return <li className="followup-line"><Handshake aria-hidden />{consentLine(entry)} <time className="quiet" dateTime={entry.at}>{when}</time></li>
    case 'release': return <li className="followup-line"><FileText aria-hidden />{entry.text}{entry.by === '' ? '' : ` By ${entry.by}.`} <time className="quiet" dateTime={entry.at}>{when}</time></li>
    default: return assertNever(entry)
  }
}

function Message({ entry, when }: Readonly<{ entry: Of<'message'>, when: string }>) {
  const { direction, text, state, note, isMock, by, number, segments } = entry
  const isOut = direction === 'out'
  return (
    <li className="followup-bubble" data-side={direction} data-state={state}>
      <div className="row small quiet"><span>{isOut ? `Text by ${by}` : 'Text from the patient'}</span><time dateTime={entry.at}>{when}</time>{isMock ? <span className="badge mock-mark">MOCK</span> : null}</div>
      <p>{text}</p>
      <p className="small followup-bubble-state" data-state={state}>{isOut ? stateLine(messageWords[state], note) : note === '' ? '' : note} <span className="quiet">{isOut ? `to ${number}, ${counted(segments, 'segment')}` : `from ${number}`}</span></p>
    </li>
  )
}

function Call({ entry, when }: Readonly<{ entry: Of<'call'>, when: string }>) {
  const { state, outcome, summary, transcript, isMock, by, number } = entry
  const facts = callFacts(entry)
  return (
    <li className="followup-bubble followup-call" data-side="out" data-state={state}>
      <div className="row small quiet"><Phone aria-hidden /><span>Call by {by}</span><time dateTime={entry.at}>{when}</time>{isMock ? <span className="badge mock-mark">MOCK</span> : null}</div>
      {summary === '' ? null : <p>{summary}</p>}
      {transcript === '' ? null : <details><summary>What was said</summary><p className="followup-transcript">{transcript}</p></details>}
      <p className="small followup-bubble-state" data-state={state}>{stateLine(callWords[state], outcome)} <span className="quiet">{facts === '' ? '' : `${facts}, `}to {number}</span></p>
    </li>
  )
}
