import { AppError } from '../../src-shared/errors.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { KeyImage, KeyImageWrite } from '../../src-shared/viewing.ts'
import type { Principal } from '../platform/http.ts'
import type { ViewingDeps } from './faces.ts'
import type { KeyImageRow, ViewingStore } from './store.ts'

/**
 * Images marked as telling the case. The window makes the id, so a request repeated after a lost answer makes no second row and no
 * conflict. They stay editable after signing: the signed report has its own pictures.
 */
export function createKeyImages({ db, clock, events, audit, studies }: ViewingDeps, store: ViewingStore['keyImages']) {
  const record = (by: Principal, action: string, id: string) => { audit.record({ actor: by.id, actorName: by.name, action, subject: id }) }
  const announce = (studyUid: StudyUid) => { events.publish({ type: 'key-images-changed', studyUid }) }

  const refuseForeign = ({ studyUid, seriesUid, sopInstanceUid, frameNumber }: KeyImageWrite) => {
    const { header } = studies.instance(sopInstanceUid)
    if (header.studyUid !== studyUid || header.seriesUid !== seriesUid) throw new AppError('invalid-request', 'This image belongs to another study or series.', { field: 'sopInstanceUid' })
    if (frameNumber > header.frameCount) throw new AppError('invalid-request', 'This image has no such frame.', { field: 'frameNumber' })
  }

  const create = (write: KeyImageWrite, by: Principal): KeyImageRow => {
    if (write.revision !== 0) throw new AppError('not-found', 'This key image is not there any more.')
    if (store.ofFrame(write.studyUid, write.sopInstanceUid, write.frameNumber) !== null) throw new AppError('conflict', 'This image is already marked as a key image.')
    const now = clock.iso()
    const row = { ...write, revision: 1, createdBy: by.id, createdByName: by.name, createdAt: now, updatedAt: now, deletedAt: null, deletedBy: null }
    store.insert(row)
    record(by, 'key-image.create', write.id)
    return row
  }

  const change = (row: KeyImageRow, write: KeyImageWrite, by: Principal): KeyImageRow => {
    if (row.deletedAt !== null) throw new AppError('not-found', 'This key image was taken away.')
    if (!isSameImage(row, write)) throw new AppError('conflict', 'This key image is of another image.')
    if (row.revision === write.revision + 1 && row.note === write.note) return row
    if (row.revision !== write.revision) throw new AppError('stale-revision', 'The note of this key image was changed elsewhere. The newer one is shown.')
    const changed = { ...row, note: write.note, revision: row.revision + 1, updatedAt: clock.iso() }
    store.update(row.id, changed)
    record(by, 'key-image.replace', row.id)
    return changed
  }

  return {
    list: (studyUid: StudyUid): KeyImage[] => store.ofStudy(studyUid).map(keyImageOf),
    /** Throws 'not-found' where the image is unknown, 'invalid-request' where it is another study's, 'conflict' where it is marked already. */
    write(write: KeyImageWrite, by: Principal): KeyImage {
      refuseForeign(write)
      const { row, isNew } = db.sqlite.transaction(() => {
        const known = store.get(write.id)
        const kept = known === null ? create(write, by) : change(known, write, by)
        return { row: kept, isNew: kept !== known }
      }).immediate()
      if (isNew) announce(row.studyUid)
      return keyImageOf(row)
    },
    /** Taking it away twice is no error: the row stays, marked. */
    remove(id: string, revision: number, by: Principal): void {
      const studyUid = db.sqlite.transaction(() => {
        const row = store.get(id)
        if (row === null) throw new AppError('not-found', 'This key image is not there.')
        if (row.deletedAt !== null) return null
        if (row.revision !== revision) throw new AppError('stale-revision', 'This key image was changed elsewhere. Look at it before taking it away.')
        store.update(id, { deletedAt: clock.iso(), deletedBy: by.name })
        record(by, 'key-image.delete', id)
        return row.studyUid
      }).immediate()
      if (studyUid !== null) announce(studyUid)
    }
  }
}

function isSameImage(row: KeyImageRow, { studyUid, seriesUid, sopInstanceUid, frameNumber }: KeyImageWrite): boolean {
  return row.studyUid === studyUid && row.seriesUid === seriesUid && row.sopInstanceUid === sopInstanceUid && row.frameNumber === frameNumber
}

function keyImageOf({ updatedAt: _updatedAt, deletedAt: _deletedAt, deletedBy: _deletedBy, ...row }: KeyImageRow): KeyImage {
  return row
}
