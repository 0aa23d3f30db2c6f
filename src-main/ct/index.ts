import type { ImportResult } from '../../src-shared/studies.ts'
import type { CtDeps, Principal } from './faces.ts'
import { createCtRequests, type CtRequests } from './requests.ts'
import { createCtStore } from './store.ts'
import { createUploadAddresses, type UploadAddresses } from './uploads.ts'

export { createCtRoutes, createUploadRoutes } from './routes.ts'
export type Ct = Readonly<{ addresses: UploadAddresses, requests: CtRequests, takeIn: TakeIn }>
/** A request's body as an import: one file, or a form of several. */
export type TakeIn = (request: Request, name: string, by: Principal) => Promise<ImportResult>

/** The API of the CT service before this one: bring a CT in, have it analysed, ask how it stands. Start the jobs of the edge after this. */
export function createCt(deps: CtDeps & Readonly<{ takeIn: TakeIn }>): Ct {
  const store = createCtStore(deps.db, deps.clock)
  const addresses = createUploadAddresses(deps, store)
  return { addresses, requests: createCtRequests(deps, store, addresses), takeIn: deps.takeIn }
}
