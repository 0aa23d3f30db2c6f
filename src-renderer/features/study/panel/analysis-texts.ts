import type { Analysis, ProtocolName, StepName } from '../../../../src-shared/analysis.ts'
import { assertNever } from '../../../../src-shared/errors.ts'
import type { StudyAnalysis } from '../../../api/analysis.ts'

export const protocolNames: Readonly<Record<ProtocolName, string>> = { 'urinary-stones': 'Urinary stones', 'general-ct': 'General CT' }
const stepNames: Readonly<Record<StepName, string>> = {
  load: 'Loading the volume', quantify: 'Measuring', 'select-slices': 'Choosing slices', read: 'Reading', reconcile: 'Matching with earlier findings',
  draft: 'Writing the draft', clinician: 'Waiting for the clinician', finalise: 'Finalising'
}

export function isRunning({ state }: Pick<Analysis, 'state'>): boolean {
  return state === 'queued' || state === 'running'
}

/** Why nothing can be measured; null where a protocol applies, and while the offers are not known yet. */
export function refusalOf(protocols: StudyAnalysis['protocols']): string | null {
  return protocols.some((one) => one.applies) ? null : protocols[0]?.reason ?? null
}

/** Where an analysis stands, in a sentence. */
export function analysisText(analysis: Analysis | null): string {
  if (analysis === null) return 'Not analysed yet.'
  const name = `${protocolNames[analysis.protocol]} ${analysis.engine.protocolVersion}`
  switch (analysis.state) {
    case 'queued': return `${name}: waiting for its turn.`
    case 'running': return `${name}: ${Math.floor(analysis.progress * 100)} %`
    case 'awaiting-clinician': return `${name}: measured, for your review.`
    case 'done': return `${name}: done.`
    case 'failed': return `${name}: failed. ${analysis.error ?? ''}`.trim()
    case 'cancelled': return `${name}: cancelled.`
    default: return assertNever(analysis.state)
  }
}

/** The step that runs now: "Measuring (2 of 8)". */
export function stepText({ steps }: Pick<Analysis, 'steps'>): string {
  const at = steps.findIndex((step) => step.state === 'running')
  const step = steps[at]
  if (step === undefined) return 'Waiting to start.'
  return `${stepNames[step.step]} (${at + 1} of ${steps.length})${step.detail === '' ? '' : `: ${step.detail}`}`
}
