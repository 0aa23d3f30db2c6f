import type { StudyUid } from '../../../src-shared/ids.ts'
import { findingOf, type FindingStore } from '../findings/finding-store.ts'
import { engineOf, type AnalysisStore } from '../graph/analysis-store.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { FrozenAddendum, GENESIS_HASH, readFrozen, type FrozenReport } from './frozen.ts'
import type { AddendumRow, ReportStore, SignatureRow } from './report-store.ts'

export type Verification = Readonly<{ isSigned: boolean, isIntact: boolean, problems: readonly string[] }>

/**
 * Recomputes what a study's signatures promise: each hash from its document, each link of the whole chain, and each document from the
 * rows as they stand now.
 */
export function verifyReport(studyUid: StudyUid, { store, findings, analyses }: { store: ReportStore, findings: FindingStore, analyses: AnalysisStore }): Verification {
  const row = store.ofStudy(studyUid)
  if (row === null || row.status !== 'final') return { isSigned: false, isIntact: true, problems: [] }
  const own = store.signaturesOfStudy(studyUid)
  const report = own.find((signature) => signature.subjectId === row.id)
  const problems = [...chainProblems(store.signatures())]
  if (report === undefined) problems.push('The signature of the report is missing.')
  else if (report.document !== canonicalJson(asItStands(readFrozen(report.document), report))) problems.push('The report, a finding or a measurement differs from what was signed.')
  const later = store.addenda(row.id)
  const signedAddenda = own.filter((signature) => signature.kind === 'addendum')
  if (later.length !== signedAddenda.length || later.some((addendum) => !isAsSigned(addendum, signedAddenda))) problems.push('An addendum differs from what was signed.')
  return { isSigned: true, isIntact: problems.length === 0, problems }

  /** The frozen document with all that has a row of its own taken from that row. Options and text follow rules of their time and stay. */
  function asItStands(frozen: FrozenReport, signature: SignatureRow): unknown {
    const analysis = frozen.analysis === null ? null : analyses.get(frozen.analysis.id)
    return {
      ...frozen,
      report: { ...frozen.report, id: row?.id, version: row?.version, content: row?.content },
      findings: findings.ofStudy(studyUid).map((finding) => ({ finding: findingOf(finding, findings.acts(finding.id)), measured: finding.measured ?? null })),
      analysis: analysis === null ? null : { id: analysis.id, engine: engineOf(analysis), measurements: analysis.measurements, warnings: analysis.warnings },
      signer: { id: signature.signedBy, name: signature.signedByName }, signedAt: signature.signedAt, previousHash: signature.previousHash
    }
  }
}

function chainProblems(chain: readonly SignatureRow[]): string[] {
  const wrongHash = chain.filter((signature) => sha256(signature.document) !== signature.hash)
  const broken = chain.filter((signature, index) => signature.previousHash !== (chain[index - 1]?.hash ?? GENESIS_HASH))
  return [
    ...wrongHash.map((signature) => `The document of signature ${signature.sequence} does not match its hash.`),
    ...broken.map((signature) => `Signature ${signature.sequence} is not chained to the one before it.`)
  ]
}

function isAsSigned(addendum: AddendumRow, signed: readonly SignatureRow[]): boolean {
  const signature = signed.find((one) => one.subjectId === addendum.id)
  if (signature === undefined || signature.hash !== addendum.hash) return false
  const { text, signer, signedAt, reportId } = FrozenAddendum.parse(JSON.parse(signature.document))
  return text === addendum.text && signer.name === addendum.signedByName && signedAt === addendum.signedAt && reportId === addendum.reportId
}
