import { createHash } from 'node:crypto'

const pattern = /^[0-9]+(?:\.[0-9]+)*$/

export function isUid(value: string): boolean {
  return value.length <= 64 && pattern.test(value)
}

/**
 * A UID made from facts, always the same from the same facts, under the UUID root 2.25 (PS3.5 B.2): what stands in where a file has none,
 * so that importing it again finds the same rows.
 */
export function substituteUid(...facts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)
  return `2.25.${BigInt(`0x${digest}`).toString()}`
}
