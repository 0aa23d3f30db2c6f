export { FollowupScreen } from './followup-screen.tsx'
export { FollowupSection } from './followup-section.tsx'
export { followupKeys } from './followup-keys.ts'
