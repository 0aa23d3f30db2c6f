import { AppError } from '../../../src-shared/errors.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { AddendumRequest, Report, SignRequest } from '../../../src-shared/reports.ts'
import type { Principal } from '../../platform/http.ts'
import { newRowId } from '../../platform/row-id.ts'
import type { AnalysisDeps } from '../faces.ts'
import { findingOf, type FindingStore } from '../findings/finding-store.ts'
import { engineOf } from '../graph/analysis-store.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { ADDENDUM_FORMAT, FROZEN_FORMAT, GENESIS_HASH, type FrozenAddendum, type FrozenReport } from './frozen.ts'
import { keyImagesOf } from './key-images.ts'
import { alreadySigned, type Reports } from './reports.ts'
import type { ReportRow, ReportStore } from './report-store.ts'
import { stoneOptions, type StoneRules } from './stone-rules.ts'
import { reportText } from './text.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock' | 'audit' | 'studies' | 'verifyPassword'> & Readonly<{
  reports: Reports, store: ReportStore, findings: FindingStore, rules: () => StoneRules
  /** Puts the graph's resumption into the queue, inside the transaction of the signature. */
  resume: (studyUid: StudyUid, signedBy: string) => void
  /** What made each line that holds words of a model. */
  modelLines: (content: ReportRow['content']) => NonNullable<FrozenReport['modelLines']>
  wake: () => void
  /** In the transaction of the signature. */
  signed?: (studyUid: StudyUid, hash: string, by: string) => void
}>
export type Signing = ReturnType<typeof createSigning>

/** Signing is an act of a person with their password; it freezes everything the report says under one hash, chained to the one before. */
export function createSigning({ db, clock, audit, studies, verifyPassword, reports, store, findings, rules, modelLines, resume, wake, signed }: Deps) {
  const authorise = async (by: Principal, password: string, act: string) => {
    if (by.role !== 'clinician' && by.role !== 'admin') throw new AppError('not-allowed', `Only a clinician may ${act}. Ask one to do it.`)
    if (!await verifyPassword(by.id, password)) throw new AppError('wrong-credentials', 'The password is not right. Nothing was signed.', { field: 'password' })
  }
  const previousHash = () => store.lastSignature()?.hash ?? GENESIS_HASH

  const freeze = (row: ReportRow, by: Principal, signedAt: string): FrozenReport => {
    const rows = findings.ofStudy(row.studyUid)
    const analysis = reports.quoted(row.studyUid)
    const made = modelLines(row.content)
    return {
      format: FROZEN_FORMAT, studyUid: row.studyUid,
      report: { id: row.id, version: row.version, content: row.content, text: reportText(row.content) },
      findings: rows.map((finding) => ({ finding: findingOf(finding, findings.acts(finding.id)), measured: finding.measured ?? null })),
      analysis: analysis === null ? null : { id: analysis.id, engine: engineOf(analysis), measurements: analysis.measurements, warnings: analysis.warnings },
      options: stoneOptions(rules(), rows), keyImages: keyImagesOf(rows), ...(made.length === 0 ? {} : { modelLines: made }),
      signer: { id: by.id, name: by.name }, signedAt, previousHash: previousHash()
    }
  }
  const chain = (frozen: FrozenReport | FrozenAddendum, kind: 'report' | 'addendum', subjectId: string): string => {
    const document = canonicalJson(frozen)
    const hash = sha256(document)
    const { studyUid, signer, signedAt } = frozen
    store.sign({ kind, subjectId, studyUid, document, previousHash: frozen.previousHash, hash, signedBy: signer.id, signedByName: signer.name, signedAt })
    return hash
  }

  const signRow = (row: ReportRow, revision: number, by: Principal): ReportRow => {
    if (row.status === 'final') throw alreadySigned()
    if (row.revision !== revision) throw new AppError('stale-revision', 'The report has changed since you read it. Read it again before signing.')
    const missing = reports.missingOf(row, findings.ofStudy(row.studyUid))
    if (missing.length > 0) throw new AppError('cannot-sign', missing.join(' '))
    const signedAt = clock.iso()
    const hash = chain(freeze(row, by, signedAt), 'report', row.id)
    const frozen = store.freeze(row, signedAt)
    resume(row.studyUid, by.name)
    studies.setReview(row.studyUid, { status: 'signed', progress: null, findings: reports.worklistWords(row.studyUid) })
    signed?.(row.studyUid, hash, by.id)
    audit.record({ actor: by.id, actorName: by.name, action: 'report.sign', subject: row.id, detail: { version: row.version, hash } })
    return frozen
  }

  return {
    async sign(studyUid: StudyUid, { revision, password }: SignRequest, by: Principal): Promise<Report> {
      await authorise(by, password, 'sign a report')
      await reports.ensure(studyUid)
      const frozen = db.sqlite.transaction(() => {
        const row = store.ofStudy(studyUid)
        if (row === null) throw new AppError('not-found', 'There is no report to sign.')
        return signRow(row, revision, by)
      }).immediate()
      wake()
      reports.announce(studyUid)
      return reports.view(frozen)
    },
    async addAddendum(studyUid: StudyUid, { text, password }: AddendumRequest, by: Principal): Promise<Report> {
      await authorise(by, password, 'sign an addendum')
      const frozen = db.sqlite.transaction(() => {
        const row = store.ofStudy(studyUid)
        const signature = row === null ? null : store.signatureOf(row.id)
        if (row === null || signature === null) throw new AppError('conflict', 'Only a signed report takes an addendum. Change the draft itself.')
        const id = newRowId()
        const signedAt = clock.iso()
        const document = {
          format: ADDENDUM_FORMAT, studyUid, reportId: row.id, reportHash: signature.hash, addendumId: id, text,
          signer: { id: by.id, name: by.name }, signedAt, previousHash: previousHash()
        } as const
        const hash = chain(document, 'addendum', id)
        store.addAddendum({ id, reportId: row.id, studyUid, text, signedByName: by.name, signedAt, hash })
        signed?.(studyUid, hash, by.id)
        audit.record({ actor: by.id, actorName: by.name, action: 'report.addendum', subject: id, detail: { report: row.id, hash } })
        return row
      }).immediate()
      reports.announce(studyUid)
      return reports.view(frozen)
    }
  }
}
