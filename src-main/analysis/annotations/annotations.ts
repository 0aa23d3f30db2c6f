import type { Annotation, AnnotationWrite } from '../../../src-shared/annotations.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Principal } from '../../platform/http.ts'
import { canonicalJson } from '../reports/canonical.ts'
import type { AnalysisDeps } from '../faces.ts'
import { measuringLocked } from '../graph/nodes.ts'
import { annotationOf, createAnnotationStore } from './annotation-store.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock' | 'audit' | 'events' | 'studies' | 'ruler'>
export type Annotations = ReturnType<typeof createAnnotations>

/**
 * Measurements drawn in the viewer. The window makes the id, so a request that is repeated after a lost answer makes no second row and
 * no conflict. They stay editable after signing: they are no part of the signed report.
 */
export function createAnnotations({ db, clock, audit, events, studies, ruler }: Deps) {
  const store = createAnnotationStore(db)
  const record = (by: Principal, action: string, id: string) => { audit.record({ actor: by.id, actorName: by.name, action, subject: id }) }
  const announce = (studyUid: StudyUid, annotationId: string) => { events.publish({ type: 'annotations-changed', studyUid, annotationId }) }

  const writeRow = ({ id, studyUid, revision, ...body }: AnnotationWrite, by: Principal): { annotation: Annotation, isNew: boolean } => {
    const row = store.get(id)
    const now = clock.iso()
    if (row === null) {
      if (revision !== 0) throw new AppError('not-found', 'This measurement is not there any more.')
      const created = { id, studyUid, body, revision: 1, createdBy: by.name, createdAt: now, updatedAt: now, deletedAt: null, deletedBy: null }
      store.insert(created)
      record(by, 'annotation.create', id)
      return { annotation: annotationOf(created), isNew: true }
    }
    if (row.deletedAt !== null && row.revision !== revision) throw new AppError('not-found', 'This measurement was deleted.')
    if (row.studyUid !== studyUid) throw new AppError('conflict', 'This measurement belongs to another study.')
    const isRepeat = row.revision === revision + 1 && canonicalJson(row.body) === canonicalJson(body)
    if (isRepeat) return { annotation: annotationOf(row), isNew: false }
    if (row.revision !== revision) throw new AppError('stale-revision', 'This measurement was changed elsewhere. The newer one is shown.')
    const change = { body, revision: revision + 1, updatedAt: now, deletedAt: null, deletedBy: null }
    store.update(id, change)
    record(by, row.deletedAt === null ? 'annotation.replace' : 'annotation.restore', id)
    return { annotation: annotationOf({ ...row, ...change }), isNew: true }
  }

  return {
    list: (studyUid: StudyUid): Annotation[] => store.ofStudy(studyUid).map(annotationOf),
    /** Throws `measuring-locked` while the ruler is off: the window locks its tools, but one that has not heard of it yet may still draw. */
    async write(request: AnnotationWrite, by: Principal): Promise<Annotation> {
      if (!ruler().isTrue) throw measuringLocked()
      const series = await studies.describeSeries(request.seriesUid)
      if (series.studyUid !== request.studyUid) throw new AppError('invalid-request', 'This series belongs to another study.', { field: 'seriesUid' })
      const { annotation, isNew } = db.sqlite.transaction(() => writeRow(request, by)).immediate()
      if (isNew) announce(request.studyUid, request.id)
      return annotation
    },
    /**
     * Deleting twice is no error: the row stays, marked, one revision on. Writing that revision brings the measurement back as it was,
     * which only a window can do that knows of the deletion.
     */
    remove(id: string, revision: number, by: Principal): void {
      const studyUid = db.sqlite.transaction(() => {
        const row = store.get(id)
        if (row === null) throw new AppError('not-found', 'This measurement is not there.')
        if (row.deletedAt !== null) return null
        if (row.revision !== revision) throw new AppError('stale-revision', 'This measurement was changed elsewhere. Look at it before deleting it.')
        store.update(id, { revision: revision + 1, deletedAt: clock.iso(), deletedBy: by.name })
        record(by, 'annotation.delete', id)
        return row.studyUid
      }).immediate()
      if (studyUid !== null) announce(studyUid, id)
    }
  }
}
