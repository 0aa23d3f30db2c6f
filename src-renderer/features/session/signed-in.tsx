import { createContext, use, type ReactNode } from 'react'
import type { Clinician, Role } from '../../../src-shared/accounts.ts'

/** The clinician at the window. `lockAfterS`: seconds without input until it locks. */
export type SignedIn = Readonly<{ clinician: Clinician, lockAfterS: number }>

const SignedInContext = createContext<SignedIn | null>(null)

export function SignedInProvider({ signedIn, children }: Readonly<{ signedIn: SignedIn, children: ReactNode }>) {
  return <SignedInContext value={signedIn}>{children}</SignedInContext>
}

export function useSignedIn(): SignedIn {
  const signedIn = use(SignedInContext)
  if (signedIn === null) throw new Error('useSignedIn is used outside the session gate')
  return signedIn
}

/** What the role may do here. The edge decides; this only keeps buttons that can't work off the screen. */
export function useHasRole(...roles: readonly Role[]): boolean {
  return roles.includes(useSignedIn().clinician.role)
}
