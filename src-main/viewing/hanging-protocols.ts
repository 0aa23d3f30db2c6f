import { AppError } from '../../src-shared/errors.ts'
import type { HangingProtocol, HangingProtocolWrite } from '../../src-shared/viewing.ts'
import type { Principal } from '../platform/http.ts'
import type { ViewingDeps } from './faces.ts'
import type { ProtocolRow, ViewingStore } from './store.ts'

const upper = (text: string) => text.trim().toUpperCase()

/** How each clinician wants studies to hang. Nobody sees or changes another's: to everybody else they are not there. */
export function createHangingProtocols({ db, clock, events }: ViewingDeps, store: ViewingStore['protocols']) {
  const own = (id: string, by: Principal): ProtocolRow | null => {
    const row = store.get(id)
    if (row !== null && row.owner !== by.id) throw new AppError('not-found', 'This hanging protocol is not there.')
    return row
  }

  /** One protocol for each modality and body part: what stood there before gives way. */
  const makeRoom = ({ id, modality, bodyPart }: Pick<ProtocolRow, 'id' | 'modality' | 'bodyPart'>, by: Principal) => {
    for (const row of store.ofOwner(by.id)) {
      if (row.id !== id && row.modality === modality && row.bodyPart === bodyPart) store.update(row.id, { deletedAt: clock.iso() })
    }
  }

  const writeRow = ({ id, revision, name, modality, bodyPart, ...body }: HangingProtocolWrite, by: Principal): { row: ProtocolRow, isNew: boolean } => {
    const now = clock.iso()
    const content = { name: name.trim(), modality: upper(modality), bodyPart: upper(bodyPart), body }
    const row = own(id, by)
    if (row === null && revision !== 0) throw new AppError('not-found', 'This hanging protocol is not there any more.')
    if (row !== null && row.deletedAt !== null) throw new AppError('not-found', 'This hanging protocol was deleted, or replaced by a newer one.')
    if (row !== null && row.revision === revision + 1 && isSame(row, content)) return { row, isNew: false }
    if (row !== null && row.revision !== revision) throw new AppError('stale-revision', 'This hanging protocol was changed elsewhere. The newer one is shown.')
    makeRoom({ id, ...content }, by)
    if (row === null) {
      const created = { id, owner: by.id, ...content, revision: 1, createdAt: now, updatedAt: now, deletedAt: null }
      store.insert(created)
      return { row: created, isNew: true }
    }
    const changed = { ...row, ...content, revision: revision + 1, updatedAt: now }
    store.update(id, changed)
    return { row: changed, isNew: true }
  }

  return {
    list: (by: Principal): HangingProtocol[] => store.ofOwner(by.id).map(protocolOf),
    write(write: HangingProtocolWrite, by: Principal): HangingProtocol {
      const { row, isNew } = db.sqlite.transaction(() => writeRow(write, by)).immediate()
      if (isNew) events.publish({ type: 'hanging-protocols-changed' })
      return protocolOf(row)
    },
    /** Deleting twice is no error. */
    remove(id: string, revision: number, by: Principal): void {
      const isGone = db.sqlite.transaction(() => {
        const row = own(id, by)
        if (row === null) throw new AppError('not-found', 'This hanging protocol is not there.')
        if (row.deletedAt !== null) return false
        if (row.revision !== revision) throw new AppError('stale-revision', 'This hanging protocol was changed elsewhere. Look at it before deleting it.')
        store.update(id, { deletedAt: clock.iso() })
        return true
      }).immediate()
      if (isGone) events.publish({ type: 'hanging-protocols-changed' })
    }
  }
}

/** Both come from the same schema, so equal content is equal text. */
function isSame(row: ProtocolRow, content: Pick<ProtocolRow, 'name' | 'modality' | 'bodyPart' | 'body'>): boolean {
  const text = ({ name, modality, bodyPart, body: { rows, columns, isLinked, panes } }: typeof content) => JSON.stringify([name, modality, bodyPart, rows, columns, isLinked, panes])
  return text(row) === text(content)
}

function protocolOf({ body, owner: _owner, createdAt: _createdAt, deletedAt: _deletedAt, ...row }: ProtocolRow): HangingProtocol {
  return { ...row, ...body }
}
