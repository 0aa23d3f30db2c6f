export { SettingsScreen } from './settings-screen.tsx'
export { AuditScreen } from './audit-screen.tsx'
