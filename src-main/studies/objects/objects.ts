import { AppError } from '../../../src-shared/errors.ts'
import { SeriesUid, StudyUid, type SopInstanceUid } from '../../../src-shared/ids.ts'
import type { ImagePlace, Overlay, OverlayKind, OverlayList, OverlaySummary, OverlayTarget } from '../../../src-shared/overlays.ts'
import type { StudySeries } from '../../../src-shared/studies.ts'
import type { WorkerPool } from '../../platform/workers.ts'
import type { Actor, Audit } from '../import-lifecycle.ts'
import type { StoredInstance, StudyStore } from '../store.ts'
import { createKept } from './kept.ts'
import { overlayKindOf } from './kinds.ts'
import { ObjectOutput, ObjectSummary } from './tasks.ts'

type Deps = Readonly<{
  pool: WorkerPool, pathOf: (sha256: string) => string
  instance: (sopInstanceUid: string) => StoredInstance
  detail: (studyUid: string) => Readonly<{ series: readonly StudySeries[] }>
  store: Pick<StudyStore, 'classesOfStudy' | 'placeOf' | 'transaction'>
  audit: Audit
}>
export type StudyObjects = ReturnType<typeof createObjects>

/** A study with more lists the first of them and says how many are left. */
const mostListed = 300
/** An object that takes longer is refused: a large real one takes a few seconds. */
const timeoutMs = 120_000

/** What is drawn on or written about the images of a study, read when asked for, in threads of its own. */
export function createObjects({ pool, pathOf, instance, detail, store, audit }: Deps) {
  const { classesOfStudy, placeOf } = store
  const contents = createKept<ObjectOutput>({ most: 12, mostBytes: 160 * 1024 * 1024, bytesOf: ({ bulk }) => bulk.length })
  const summaries = createKept<ObjectSummary>({ most: 2000, mostBytes: 64 * 1024 * 1024, bytesOf: ({ images }) => images.length * 64 })
  const ask = (name: string, sha256: string) => pool.run({ name, input: { path: pathOf(sha256) }, timeoutMs })

  const read = (sopInstanceUid: string): Promise<ObjectOutput> => {
    const { header, sha256 } = instance(sopInstanceUid)
    if (overlayKindOf(header.sopClassUid) === null) throw new AppError('unsupported', 'This object is nothing that is drawn on images or read beside them.')
    return contents.get(sha256, async () => ObjectOutput.parse(await ask('read', sha256)))
  }

  const summaryOf = async ({ header, sopInstanceUid, sha256 }: StoredInstance, kind: OverlayKind, series: readonly StudySeries[]): Promise<OverlaySummary> => {
    const base = { sopInstanceUid, seriesUid: SeriesUid.parse(header.seriesUid), modality: header.series.modality, seriesNumber: header.series.number }
    try {
      const known = await summaries.get(sha256, async () => ObjectSummary.parse(await ask('summarise', sha256)))
      const places = known.images.flatMap((uid) => placeOf(uid) ?? [])
      const targets = targetsOf(places, known.frameOfReferenceUids, StudyUid.parse(header.studyUid), series)
      const reason = known.nothingToDraw ?? (targets.length === 0 ? 'The images that it belongs to are not here.' : null)
      return { ...base, kind, label: known.label, detail: known.detail, targets, imagesNamed: known.images.length, imagesHere: places.length, isDrawable: reason === null, notDrawableReason: reason }
    } catch (error) {
      // One damaged object must not hide the others.
      if (!(error instanceof AppError)) throw error
      return { ...base, kind: 'unread', label: header.series.description || 'Not read', detail: '', targets: [], imagesNamed: 0, imagesHere: 0, isDrawable: false, notDrawableReason: error.message }
    }
  }

  return {
    /** In the order of the series strip. */
    async list(studyUid: StudyUid): Promise<OverlayList> {
      const { series } = detail(studyUid)
      const found = classesOfStudy(studyUid).flatMap(({ sopInstanceUid, sopClassUid }) => {
        const kind = overlayKindOf(sopClassUid)
        return kind === null ? [] : [{ sopInstanceUid, kind }]
      })
      const overlays = await Promise.all(found.slice(0, mostListed).map(({ sopInstanceUid, kind }) => summaryOf(instance(sopInstanceUid), kind, series)))
      return { overlays, left: Math.max(0, found.length - mostListed) }
    },
    /** Throws AppError 'not-found', 'unsupported' or 'cannot-decode'. */
    async content(sopInstanceUid: SopInstanceUid): Promise<Overlay> {
      const { content, bulk, images } = await read(sopInstanceUid)
      const uids = new Set(images.map((image) => image.sopInstanceUid))
      return { sopInstanceUid, content, places: [...uids].flatMap((uid) => placeOf(uid) ?? []), bulkBytes: bulk.length }
    },
    bulk: async (sopInstanceUid: SopInstanceUid): Promise<Uint8Array> => (await read(sopInstanceUid)).bulk,
    /** The PDF of an encapsulated document, for its way out; the trail says so before it leaves. */
    async pdf(sopInstanceUid: SopInstanceUid, by: Actor): Promise<Uint8Array> {
      const { sha256, header } = instance(sopInstanceUid)
      const answer = await ask('pdf', sha256)
      if (!(answer instanceof Uint8Array)) throw new Error('The worker answered without a document.')
      store.transaction(() => { audit.record({ actor: by.id, actorName: by.name, action: 'study.export', subject: header.studyUid, detail: { kind: 'document', sopInstanceUid } }) })
      return answer
    }
  }
}

/** Series whose images are named, then those of the study that share a frame of reference with what is drawn. */
function targetsOf(places: readonly ImagePlace[], frameOfReferenceUids: readonly string[], studyUid: StudyUid, series: readonly StudySeries[]): OverlayTarget[] {
  const named = new Map(places.map((place) => [place.seriesUid, { seriesUid: place.seriesUid, studyUid: place.studyUid, by: 'images' as const }]))
  const sharing = series.filter(({ seriesUid, frameOfReferenceUid, isViewable }) =>
    isViewable && !named.has(seriesUid) && frameOfReferenceUid !== null && frameOfReferenceUids.includes(frameOfReferenceUid))
  return [...named.values(), ...sharing.map(({ seriesUid }) => ({ seriesUid, studyUid, by: 'frame-of-reference' as const }))]
}
