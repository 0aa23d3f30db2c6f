export { GlassesScreen } from './glasses-screen.tsx'
export { GlassesSection } from './glasses-section.tsx'
export { glassesKeys } from './glasses-keys.ts'
