export { StudyScreen } from './study-screen.tsx'
export { createDrafts } from './report/drafts.ts'
export { DraftsProvider } from './report/drafts-context.tsx'
