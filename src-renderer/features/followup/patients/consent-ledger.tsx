import { CircleCheck, CircleDashed, CircleSlash } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { ConsentState, ConsentWrite, FollowupPatient } from '../../../../src-shared/followup.ts'
import { Button } from '../../../ui/button.tsx'
import { channelNames, consentText } from '../followup-texts.ts'
import { Choice, type Options } from '../parts.tsx'
import { zonedText } from '../times.ts'
import { usePatientActs } from '../use-followup.ts'

const hows: Options<ConsentWrite['how']> = [['spoken', 'by word'], ['written', 'in writing']]
const whos: Options<ConsentWrite['givenBy']> = [['self', 'the patient'], ['representative', 'a representative']]
const marks: Readonly<Record<ConsentState['state'], ReactNode>> = { given: <CircleCheck aria-hidden />, withdrawn: <CircleSlash aria-hidden />, none: <CircleDashed aria-hidden /> }

/** The last word on each channel; a new one is another line of the ledger, and none is ever taken out. */
export function ConsentLedger({ patient }: Readonly<{ patient: FollowupPatient }>) {
  const { consent } = usePatientActs(patient.id)
  const [how, setHow] = useState<ConsentWrite['how']>('spoken')
  const [givenBy, setGivenBy] = useState<ConsentWrite['givenBy']>('self')
  return (
    <section className="followup-part" aria-labelledby="followup-consent">
      <h3 id="followup-consent">Consent</h3>
      <div className="followup-pair"><Choice label="I was told" value={how} options={hows} onChoose={setHow} /><Choice label="by" value={givenBy} options={whos} onChoose={setGivenBy} /></div>
      <ul className="followup-consents">
        {patient.consents.map((one) => (
          <li key={one.channel}>
            <div className="row">
              <b className="grow">{channelNames[one.channel]}</b>
              <Acts channel={one.channel} state={one.state} isBusy={consent.isPending} onWrite={(channel, state) => { consent.mutate({ channel, state, how, givenBy }) }} />
            </div>
            <p className={`followup-consent-state followup-consent-${one.state}`}>{marks[one.state]}<span>{consentText(one)}{one.at === null ? '' : `, ${zonedText(one.at, patient.timeZone)}`}</span></p>
          </li>
        ))}
      </ul>
    </section>
  )
}

type ActsProps = Readonly<{ channel: ConsentState['channel'], state: ConsentState['state'], isBusy: boolean, onWrite: (channel: ConsentWrite['channel'], state: ConsentWrite['state']) => void }>

function Acts({ channel, state, isBusy, onWrite }: ActsProps) {
  if (channel === 'camera') return <span className="quiet small">noted when glasses are paired</span>
  return (
    <>
      <Button aria-label={`${channelNames[channel]}: agreed`} disabled={isBusy || state === 'given'} onClick={() => { onWrite(channel, 'given') }}>Agreed</Button>
      <Button aria-label={`${channelNames[channel]}: withdrawn`} disabled={isBusy || state === 'withdrawn'} onClick={() => { onWrite(channel, 'withdrawn') }}>Withdrawn</Button>
    </>
  )
}
