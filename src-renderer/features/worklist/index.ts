export { WorklistScreen } from './worklist-screen.tsx'
export { createWorklistStore, WorklistProvider } from './worklist-state.ts'
export { worklistKeys } from './worklist-keys.ts'
export { useStudySteps } from './study-steps.ts'
