import { followupKeys } from '../features/followup/index.ts'
import { glassesKeys } from '../features/glasses/index.ts'
import { importKeys } from '../features/imports/index.ts'
import { studyKeys } from '../features/study/index.ts'
import { syncKeys } from '../features/sync/index.ts'
import { worklistKeys } from '../features/worklist/index.ts'
import type { CommandName } from '../ui/commands.ts'
import { viewerKeys } from '../viewer/index.ts'
import { appKeys } from './app-keys.ts'

/** Every command there is, so that its key can be chosen also where its screen is not open. */
export const commandCatalogue: readonly CommandName[] = [
  ...appKeys, ...importKeys, ...worklistKeys, ...syncKeys, ...glassesKeys, ...followupKeys, ...studyKeys,
  ...viewerKeys.map(({ id, title, chords }): CommandName => ({ id, title, group: 'Viewer', place: 'study', keys: chords }))
]
