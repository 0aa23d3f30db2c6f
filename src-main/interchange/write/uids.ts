import { createHash } from 'node:crypto'

/** A row's UUID as a UID under 2.25 (PS3.5 B.2): the same finding keeps it in every object that speaks of it. */
export function uidOfRow(rowId: string): string {
  return `2.25.${BigInt(`0x${rowId.replaceAll('-', '')}`).toString()}`
}

/** A UID that follows from facts, always the same from the same ones. */
export function derivedUid(...facts: readonly string[]): string {
  return uidOfRow(createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32))
}
