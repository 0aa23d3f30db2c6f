import type { Finding } from '../../../../src-shared/analysis.ts'
import type { Reading } from '../../../../src-shared/reading.ts'
import { verdictNames } from './reader-texts.ts'

/** What a model made of a finding at a second look, on its card: said, not shouted, also where it differs. */
export function SecondLookNote({ reading, finding }: Readonly<{ reading: Reading, finding: Finding }>) {
  if (reading.verdict === null) return null
  const reason = reading.statements[0]?.spans.map(({ type, text }) => (type === 'cut' ? '…' : text)).join('') ?? ''
  const isOther = (reading.verdict === 'stone') !== (finding.kind === 'stone') && reading.verdict !== 'cannot-tell'
  return (
    <p className="finding-second-look">
      {reading.run?.isMock === true ? <span className="badge mock-mark">MOCK</span> : null}
      <span className="badge badge-model">second look</span> {verdictNames[reading.verdict]}{isOther ? ' (not as measured)' : ''}{reason === '' ? '' : `: ${reason}`}
    </p>
  )
}
