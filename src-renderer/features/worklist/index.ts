export { WorklistScreen } from './worklist-screen.tsx'
export { createWorklistStore, WorklistProvider } from './worklist-state.ts'
