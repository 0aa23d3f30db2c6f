import { createHangingProtocols } from './hanging-protocols.ts'
import { createKeyImages } from './key-images.ts'
import { createPreferences } from './preferences.ts'
import { createViewingStore } from './store.ts'
import type { ViewingDeps } from './faces.ts'

export { createViewingRoutes } from './routes.ts'
export type Viewing = ReturnType<typeof createViewing>

/** What a viewer keeps beside measurements: key images of a study, and how each clinician wants studies to hang and keys to lie. */
export function createViewing(deps: ViewingDeps) {
  const store = createViewingStore(deps.db)
  return {
    keyImages: createKeyImages(deps, store.keyImages),
    protocols: createHangingProtocols(deps, store.protocols),
    preferences: createPreferences(deps, store.preferences),
    priorsOf: deps.studies.priorsOf
  }
}
