/** True where the password is that clinician's. Failures count towards the delay between attempts; throws `too-many-attempts` while it lasts. */
export type VerifyPassword = (clinicianId: string, password: string) => Promise<boolean>
