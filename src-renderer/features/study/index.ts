export { createDrafts } from './report/drafts.ts'
export { studyKeys } from './study-keys.ts'
export { DraftsProvider } from './report/drafts-context.tsx'

/** The study's screen and all that draws images, in a chunk of its own: nobody waits for it to see the worklist. */
export async function loadStudyScreen() {
  return await import('./study-screen.tsx')
}
