import { AppError } from '../../src-shared/errors.ts'
import type { Finding } from '../../src-shared/analysis.ts'
import type { SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import type { WrittenKind, WrittenQuery } from '../../src-shared/interchange.ts'
import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { DraftObject, WrittenObject } from '../studies/index.ts'
import type { InterchangeDeps } from './faces.ts'
import { encapsulatedReport } from './write/document.ts'
import { imagesOf, type Images } from './write/images.ts'
import { measurementReport } from './write/measurement-report.ts'
import { segmentationOf, type Segment } from './write/segmentation.ts'
import { keyObjectSelectionOf } from './write/selection.ts'
import type { StudyFacts } from './write/study-facts.ts'

/** An object, with what the trail says of it: counts and hashes, no words. */
export type MadeObject = Readonly<{ kind: WrittenKind, written: WrittenObject, detail: Readonly<Record<string, unknown>>, pdfSha256: string | null }>
type Drafted = Readonly<{ draft: DraftObject, detail: Readonly<Record<string, unknown>>, pdfSha256?: string }>
type Scene = Readonly<{ studyUid: StudyUid, series: readonly SeriesDescription[], images: Images, factsFrom: (seriesUid: SeriesUid | undefined) => Promise<StudyFacts> }>

/** Builds the objects from rows as they stand. Throws AppError 'not-found' where there is nothing to write. */
export function createObjectWriter(deps: InterchangeDeps) {
  const { studies } = deps
  const sceneOf = (studyUid: StudyUid): Scene => {
    const series = studies.seriesOf(studyUid)
    const factsFrom = async (seriesUid: SeriesUid | undefined): Promise<StudyFacts> => {
      const source = series.find((one) => one.seriesUid === seriesUid && one.frames.length > 0) ?? series.find(({ frames }) => frames.length > 0)
      const [first] = source?.frames ?? []
      if (first === undefined) throw new AppError('not-found', 'This study has no images, so nothing can be written about them.')
      return { studyUid, copied: await studies.modulesOf(first.sopInstanceUid), appVersion: deps.appVersion }
    }
    return { studyUid, series, images: imagesOf(series), factsFrom }
  }

  const draftOf = (kind: WrittenKind, scene: Scene, { seriesUid }: WrittenQuery): Promise<Drafted> => {
    switch (kind) {
      case 'sr': return draftReport(deps, scene)
      case 'seg': return draftSegmentation(deps, scene, seriesUid)
      case 'kos': return draftSelection(deps, scene)
      case 'pdf': return draftDocument(deps, scene)
    }
  }

  return async (kind: WrittenKind, studyUid: StudyUid, query: WrittenQuery): Promise<MadeObject> => {
    studies.detail(studyUid)
    const { draft, detail, pdfSha256 = null } = await draftOf(kind, sceneOf(studyUid), query)
    return { kind, written: studies.writeObject(draft), detail, pdfSha256 }
  }
}

const stands = ({ status }: Finding): boolean => status !== 'rejected'

/** What a clinician rejected does not leave: another reader may not know our verdict. */
async function draftReport({ analysis }: InterchangeDeps, { studyUid, images, series, factsFrom }: Scene): Promise<Drafted> {
  const findings = analysis.findings.list(studyUid).filter(stands)
  const annotations = analysis.annotations.list(studyUid)
  if (findings.length + annotations.length === 0) throw new AppError('not-found', 'This study has no findings and no measurements, so there is nothing to write into a report of measurements.')
  const [first] = [...findings, ...annotations]
  const { signedBy = null, signedAt = null } = analysis.reports.current(studyUid) ?? {}
  const signed = signedBy === null || signedAt === null ? null : { by: signedBy, at: signedAt }
  const draft = measurementReport({
    study: await factsFrom(first?.seriesUid), images, findings, annotations, signed, engineOf: analysis.engineOf, measuredAt: measuredAt(findings, analysis.measuredAt),
    modality: series.find(({ seriesUid }) => seriesUid === first?.seriesUid)?.modality ?? ''
  })
  return { draft, detail: { findings: findings.length, measurements: annotations.length } }
}

function measuredAt(findings: readonly Finding[], endOf: (analysisId: string) => string | null): string | null {
  return findings.flatMap(({ analysisId }) => (analysisId === null ? [] : endOf(analysisId) ?? [])).toSorted().at(-1) ?? null
}

async function draftSegmentation({ analysis }: InterchangeDeps, { studyUid, images, series, factsFrom }: Scene, wanted: SeriesUid | undefined): Promise<Drafted> {
  const masks = new Map(analysis.masksOf(studyUid).map((mask) => [mask.findingId, mask]))
  const outlined = analysis.findings.list(studyUid).filter((finding) => stands(finding) && finding.kind === 'stone').flatMap((finding): Segment[] => {
    const mask = masks.get(finding.id)
    return mask === undefined ? [] : [{ finding, mask, engine: finding.analysisId === null ? null : analysis.engineOf(finding.analysisId) }]
  })
  if (outlined.length === 0) throw new AppError('not-found', 'This study has no stone with an outline, so there is no segmentation to write. Stones that were added by hand have none, nor have those that an older version measured.')
  const found = [...new Set(outlined.map(({ mask }) => mask.seriesUid))]
  if (wanted === undefined && found.length > 1) throw new AppError('conflict', 'The stones of this study were measured in several series, and a segmentation lies in one. Name the series.', { field: 'seriesUid' })
  const home = series.find(({ seriesUid }) => seriesUid === (wanted ?? found[0]))
  const segments = outlined.filter(({ mask }) => mask.seriesUid === home?.seriesUid)
  if (home === undefined || segments.length === 0) throw new AppError('not-found', 'No stone with an outline was measured in this series.', { field: 'seriesUid' })
  const draft = segmentationOf({ study: await factsFrom(home.seriesUid), images, series: home, segments, measuredAt: measuredAt(segments.map(({ finding }) => finding), analysis.measuredAt) })
  return { draft, detail: { segments: segments.length } }
}

async function draftSelection({ keyImagesOf }: InterchangeDeps, { studyUid, images, factsFrom }: Scene): Promise<Drafted> {
  const marked = keyImagesOf(studyUid).flatMap((keyImage) => {
    const found = images.find(keyImage.seriesUid, keyImage.sopInstanceUid, keyImage.frameNumber)
    return found === null ? [] : [{ keyImage, reference: found.reference }]
  })
  if (marked.length === 0) throw new AppError('not-found', 'No image of this study is marked as a key image. Mark one, then write the selection.')
  return { draft: keyObjectSelectionOf({ study: await factsFrom(marked[0]?.keyImage.seriesUid), marked }), detail: { images: marked.length } }
}

async function draftDocument({ analysis }: InterchangeDeps, { studyUid, images, factsFrom }: Scene): Promise<Drafted> {
  const { report, bytes, sha256 } = await analysis.documents.signedPdf(studyUid)
  const sources = report.keyImages.flatMap(({ seriesUid, sopInstanceUid, frameNumber }) => images.find(seriesUid, sopInstanceUid, frameNumber)?.reference ?? [])
  const at = [report.signedAt ?? report.updatedAt, ...report.addenda.map(({ signedAt }) => signedAt)].toSorted().at(-1) ?? report.updatedAt
  const draft = encapsulatedReport({ study: await factsFrom(report.keyImages[0]?.seriesUid), report, pdf: bytes, at, sources })
  return { draft, detail: { report: report.id, version: report.version, pdfSha256: sha256 }, pdfSha256: sha256 }
}
