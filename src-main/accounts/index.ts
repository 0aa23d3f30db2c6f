export type { Audit, AuditRecord } from './audit.ts'
export type { VerifyPassword } from './passwords.ts'
