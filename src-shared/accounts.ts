import { z } from 'zod'
import { Instant, RowId } from './ids.ts'

export const roles = ['clinician', 'assistant', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

export const Clinician = z.object({ id: RowId, login: z.string(), name: z.string(), role: Role, isDisabled: z.boolean(), createdAt: Instant })
export type Clinician = z.infer<typeof Clinician>

/** Length beats composition rules (NIST SP 800-63B-4). */
export const Password = z.string().min(10, 'The password needs at least 10 characters.').max(200)
export const Login = z.string().trim().toLowerCase().regex(/^[a-z0-9._-]{2,40}$/, 'Use 2 to 40 letters, digits, dots, dashes or underscores.')

export const FirstRunRequest = z.object({ name: z.string().trim().min(1).max(100), login: Login, password: Password })
export type FirstRunRequest = z.infer<typeof FirstRunRequest>
export const SignInRequest = z.object({ login: Login, password: z.string().max(200) })
export type SignInRequest = z.infer<typeof SignInRequest>
export const UnlockRequest = z.object({ password: z.string().max(200) })
export type UnlockRequest = z.infer<typeof UnlockRequest>

/** What the window knows about who sits before it. `lockAfterS`: seconds without input until it locks by itself. */
export const SessionState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('first-run') }),
  z.object({ state: z.literal('signed-out') }),
  z.object({ state: z.literal('locked'), clinician: Clinician }),
  z.object({ state: z.literal('signed-in'), clinician: Clinician, lockAfterS: z.int() })
])
export type SessionState = z.infer<typeof SessionState>

export const NewClinicianRequest = z.object({ name: z.string().trim().min(1).max(100), login: Login, password: Password, role: Role })
export type NewClinicianRequest = z.infer<typeof NewClinicianRequest>
export const ClinicianPatch = z.object({ name: z.string().trim().min(1).max(100).optional(), role: Role.optional(), isDisabled: z.boolean().optional(), password: Password.optional() })
export type ClinicianPatch = z.infer<typeof ClinicianPatch>

/** One line of the audit trail. `subject` names a row (study, report, clinician), `detail` never holds report text or names of patients. */
export const AuditEntry = z.object({
  sequence: z.int(), at: Instant, actor: z.string(), actorName: z.string(), action: z.string(), subject: z.string(), detail: z.record(z.string(), z.unknown()),
  hash: z.string()
})
export type AuditEntry = z.infer<typeof AuditEntry>
export const AuditPage = z.object({ entries: z.array(AuditEntry), isIntact: z.boolean(), next: z.int().nullable() })
export type AuditPage = z.infer<typeof AuditPage>
