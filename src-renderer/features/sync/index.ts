export { SyncScreen } from './sync-screen.tsx'
export { SyncSection } from './sync-section.tsx'
export { syncKeys } from './sync-keys.ts'
export { useSyncActs } from './use-sync.ts'
