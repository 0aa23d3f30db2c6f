export { SessionGate } from './session-gate.tsx'
export { useHasRole, useSignedIn } from './signed-in.tsx'
export { useLock, useSignOut } from './session-actions.ts'
