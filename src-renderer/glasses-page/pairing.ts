import type { Paired } from '../../src-shared/glasses.ts'

/** What this device keeps of its pairing: until it is forgotten here or taken back on the workstation. */
export type Kept = Pick<Paired, 'token' | 'wearer' | 'streamPath' | 'chunkSeconds'>
const key = 'vigil-pairing'

export function kept(): Kept | null {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null
    return typeof value?.token === 'string' && typeof value.wearer === 'string' ? value : null
  } catch {
    // Kept by an older version, or no store at all (a private window): as good as not paired.
    return null
  }
}

export function forget(): void {
  try { localStorage.removeItem(key) } catch { /* A private window keeps nothing. */ }
}

/** What the link of the QR code says behind its `#`, and takes it out of the address: a code has no business in a history. */
export function fromLink(): Readonly<{ code: string, fingerprint: string | null }> {
  const given = new URLSearchParams(location.hash.slice(1))
  if (location.hash !== '') history.replaceState(null, '', location.pathname)
  return { code: given.get('code') ?? '', fingerprint: given.get('fp') }
}

/** Swaps the code for a token. Throws an Error with a sentence. */
export async function pair(code: string, name: string, fingerprint: string | null): Promise<Kept> {
  let response: Response
  try {
    response = await fetch('/glasses/pair', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code, name }) })
  } catch (cause) {
    throw new Error('The workstation does not answer. Is this device still on its network?', { cause })
  }
  const body = await response.json().catch(() => null) as (Paired & { error?: { message: string } }) | null
  if (!response.ok || body === null) throw new Error(body?.error?.message ?? 'The workstation did not take the code. Ask for a new one.')
  if (fingerprint !== null && fingerprint !== body.fingerprint) throw new Error('This is another workstation than the one that showed the code. Nothing was kept; scan the code again.')
  const { token, wearer, streamPath, chunkSeconds } = body
  try { localStorage.setItem(key, JSON.stringify({ token, wearer, streamPath, chunkSeconds })) } catch { /* A private window keeps nothing: it is paired until it closes. */ }
  return { token, wearer, streamPath, chunkSeconds }
}
