import type { Clinician, ClinicianPatch, FirstRunRequest, NewClinicianRequest, Role } from '../../src-shared/accounts.ts'
import { AppError } from '../../src-shared/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Principal } from '../platform/http.ts'
import { newRowId } from '../platform/row-id.ts'
import type { Audit } from './audit.ts'
import { hashPassword } from './passwords.ts'
import type { Sessions } from './sessions.ts'
import type { AccountsStore, ClinicianRow } from './store.ts'

export type Clinicians = Readonly<{
  list: () => Clinician[]
  /** The first clinician, an admin. Throws `conflict` where there is one already, however close together two windows ask. */
  createFirst: (request: FirstRunRequest) => Promise<Clinician>
  create: (request: NewClinicianRequest, by: Principal) => Promise<Clinician>
  /** A new role, a new password or being disabled ends that clinician's sessions, save the one that asks. */
  change: (id: string, patch: ClinicianPatch, by: Principal, sessionId: string) => Promise<Clinician>
}>

type Deps = Readonly<{ store: AccountsStore, clock: Clock, audit: Audit, sessions: Sessions }>

export function createClinicians({ store, clock, audit, sessions }: Deps): Clinicians {
  const insert = (request: FirstRunRequest, role: Role, passwordHash: string, by: Pick<Principal, 'id' | 'name'> | null): Clinician => {
    const now = clock.iso()
    const row: ClinicianRow = { id: newRowId(), login: request.login, name: request.name, role, isDisabled: false, passwordHash, createdAt: now, updatedAt: now }
    store.insertClinician(row)
    audit.record({ actor: by?.id ?? row.id, actorName: by?.name ?? row.name, action: 'clinician.created', subject: row.id, detail: { role } })
    return publicOf(row)
  }

  return {
    list: () => store.listClinicians(),
    async createFirst(request) {
      refuseSecondFirst(store)
      const passwordHash = await hashPassword(request.password)
      return store.atomically(() => {
        refuseSecondFirst(store)
        return insert(request, 'admin', passwordHash, null)
      })
    },
    async create(request, by) {
      const passwordHash = await hashPassword(request.password)
      return store.atomically(() => {
        if (store.clinicianByLogin(request.login) !== null) throw new AppError('conflict', 'This login is taken. Choose another one.', { field: 'login' })
        return insert(request, request.role, passwordHash, by)
      })
    },
    async change(id, patch, by, sessionId) {
      const passwordHash = patch.password === undefined ? undefined : await hashPassword(patch.password)
      return store.atomically(() => {
        const known = store.clinician(id)
        if (known === null) throw new AppError('not-found', 'There is no such clinician.')
        const wanted: ClinicianRow = {
          ...known, name: patch.name ?? known.name, role: patch.role ?? known.role, isDisabled: patch.isDisabled ?? known.isDisabled,
          passwordHash: passwordHash ?? known.passwordHash, updatedAt: clock.iso()
        }
        refuseWithoutAdmin(store, known, wanted)
        store.updateClinician(id, wanted)
        if (wanted.role !== known.role || wanted.isDisabled || passwordHash !== undefined) sessions.endAllOf(id, wanted.isDisabled ? '' : sessionId)
        audit.record({ actor: by.id, actorName: by.name, action: 'clinician.changed', subject: id, detail: describeChange(known, wanted) })
        return publicOf(wanted)
      })
    }
  }
}

function refuseSecondFirst(store: AccountsStore): void {
  if (store.hasClinicians()) throw new AppError('conflict', 'The first clinician exists already. Sign in, or ask an administrator for an account.')
}

function refuseWithoutAdmin(store: AccountsStore, known: ClinicianRow, wanted: ClinicianRow): void {
  const wasAdmin = known.role === 'admin' && !known.isDisabled
  const staysAdmin = wanted.role === 'admin' && !wanted.isDisabled
  if (!wasAdmin || staysAdmin || store.hasOtherAdmin(known.id)) return
  throw new AppError('conflict', 'This is the last administrator. Make somebody else an administrator first.')
}

/** Roles and switches by value; names and passwords only as "changed". */
function describeChange(known: ClinicianRow, wanted: ClinicianRow): Record<string, unknown> {
  return {
    ...(known.role === wanted.role ? {} : { role: { from: known.role, to: wanted.role } }),
    ...(known.isDisabled === wanted.isDisabled ? {} : { isDisabled: wanted.isDisabled }),
    ...(known.name === wanted.name ? {} : { name: 'changed' }),
    ...(known.passwordHash === wanted.passwordHash ? {} : { password: 'changed' })
  }
}

export function publicOf({ id, login, name, role, isDisabled, createdAt }: ClinicianRow): Clinician {
  return { id, login, name, role, isDisabled, createdAt }
}
