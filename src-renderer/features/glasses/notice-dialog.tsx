import { useMutation, useQuery } from '@tanstack/react-query'
import type { InterventionDetail } from '../../../src-shared/glasses.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { interventionQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { noticeWords } from './glasses-texts.ts'

/** What a decision was made from, and the same decision made once more. */
export function NoticeDialog({ id, onClose }: Readonly<{ id: number | null, onClose: () => void }>) {
  return <Dialog isOpen={id !== null} onClose={onClose} title={`Decision ${id ?? ''}`} description="Made from these inputs, which are stored with it." isWide>{id === null ? null : <Inputs id={id} />}</Dialog>
}

function Inputs({ id }: Readonly<{ id: number }>) {
  const api = useApi()
  const found = useQuery(interventionQuery(api, id))
  const replay = useMutation({ mutationFn: () => api.glasses.replay(id) })
  if (found.data === undefined) return found.isError ? <ErrorState title="This decision can't be read" message={messageOf(found.error)} onRetry={() => { void found.refetch() }} /> : <Skeleton height={160} />
  const { intervention, inputs } = found.data
  return (
    <div className="glasses-inputs">
      <dl className="facts">
        <dt>When</dt><dd>{new Date(intervention.createdAt).toLocaleString('en-GB')}</dd>
        <dt>Decision</dt><dd>{intervention.decision}, {noticeWords(intervention)}</dd>
        <dt>Why</dt><dd>{intervention.reasoning}</dd>
        <dt>Made by</dt><dd>{intervention.model}{intervention.promptTokens === null ? '' : `, ${intervention.promptTokens} tokens in, ${intervention.completionTokens ?? 0} out`}</dd>
        {intervention.pokeMessage === null ? null : <><dt>Sent by Poke</dt><dd>“{intervention.pokeMessage}” {intervention.pokeSentAt === null ? 'waits in the queue' : new Date(intervention.pokeSentAt).toLocaleTimeString('en-GB')}</dd></>}
      </dl>
      <Signals signals={intervention.signals} />
      <Windows inputs={inputs} />
      <div className="row">
        <Button disabled={replay.isPending} onClick={() => { replay.mutate() }}>Replay it</Button>
        <output className="grow">{replay.data === undefined ? (replay.isError ? messageOf(replay.error) : '') : replay.data.isSame ? `The same again: ${replay.data.decision}, with the same signals.` : `Not the same: now ${replay.data.decision}. The rules of this version differ from those that decided.`}</output>
      </div>
    </div>
  )
}

function Signals({ signals }: Readonly<{ signals: InterventionDetail['intervention']['signals'] }>) {
  if (signals.length === 0) return <p className="quiet">No rule found anything.</p>
  return (
    <table className="plain-table">
      <thead><tr><th scope="col">Rule</th><th scope="col">Weight</th><th scope="col">From</th><th scope="col">What it found</th></tr></thead>
      <tbody>{signals.map(({ rule, level, source, text }) => <tr key={rule}><td>{rule}</td><td>{level}</td><td>{source}</td><td>{text}</td></tr>)}</tbody>
    </table>
  )
}

function Windows({ inputs: { captions, biometrics, past } }: Readonly<{ inputs: InterventionDetail['inputs'] }>) {
  const value = (number: number | null) => (number === null ? '–' : Math.round(number * 100) / 100)
  return (
    <>
      <h3>Captions of that minute</h3>
      {captions.length === 0 ? <p className="quiet">None.</p> : <ul className="glasses-quotes">{captions.map(({ id, caption }) => <li key={id}>{caption}</li>)}</ul>}
      <h3>Biometrics of that minute</h3>
      {biometrics.length === 0 ? <p className="quiet">None.</p> : (
        <table className="plain-table">
          <thead><tr><th scope="col">Time</th><th scope="col">Heart rate</th><th scope="col">SpO₂</th><th scope="col">Breaths</th><th scope="col">Activity</th><th scope="col">Risk</th><th scope="col">Quality</th></tr></thead>
          <tbody>{biometrics.map(({ id, createdAt, vitals, qualityScore }) => <tr key={id} className="tabular"><td>{new Date(createdAt).toLocaleTimeString('en-GB')}</td><td>{value(vitals.heartRate)}</td><td>{value(vitals.oxygen)}</td><td>{value(vitals.breaths)}</td><td>{value(vitals.activity)}</td><td>{value(vitals.risk)}</td><td>{value(qualityScore)}</td></tr>)}</tbody>
        </table>
      )}
      <p className="quiet small">{past.length === 0 ? 'No decision in the day before.' : `${past.length} decisions in the day before, the last ${past[0]?.decision ?? ''} (${past[0]?.notice ?? ''}).`}</p>
    </>
  )
}
