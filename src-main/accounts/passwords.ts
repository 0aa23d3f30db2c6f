import { hash, verify } from '@node-rs/argon2'

/** True where the password is that clinician's. Failures count towards the delay between attempts; throws `too-many-attempts` while it lasts. */
export type VerifyPassword = (clinicianId: string, password: string) => Promise<boolean>

/** argon2id (the library's default) at OWASP's first choice: 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Nobody's password at the same cost: an unknown login takes as long as a wrong password. */
const nobody = '$argon2id$v=19$m=19456,t=2,p=1$dmlnaWwtbm9ib2R5LXNhbHQ$3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8'

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost)
}

/** `passwordHash` null stands for a login that does not exist or is disabled: the same work, and never true. */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const isRight = await verify(passwordHash ?? nobody, password.normalize('NFKC'))
  return isRight && passwordHash !== null
}
