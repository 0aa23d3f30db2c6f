import { createHash, timingSafeEqual } from 'node:crypto'

/** Both sides are hashed first, so that neither length nor content shows in the time. */
export function isSameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
