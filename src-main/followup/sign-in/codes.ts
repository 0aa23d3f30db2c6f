import type { Clock } from '../../platform/clock.ts'

type Pending = Readonly<{ text: string, code: string, patientId: string, untilMs: number }>

/** Codes on their way to a phone. They live in this process alone: on disk, and in the shared store, there is only their hash. */
export function createCodes(clock: Clock) {
  const pending = new Map<string, Pending>()
  const shown = new Map<string, Pending>()
  const sweep = (map: Map<string, Pending>) => { for (const [key, { untilMs }] of map) if (untilMs <= clock.now().getTime()) map.delete(key) }
  return {
    put(messageId: string, code: Pending): void { sweep(pending); pending.set(messageId, code) },
    /** Null once its time is up, or in another process. */
    textFor(messageId: string): string | null { sweep(pending); return pending.get(messageId)?.text ?? null },
    /** In mock mode the phone gets nothing, so the workstation shows what it would have got. */
    showMock(messageId: string): void {
      const found = pending.get(messageId)
      if (found !== undefined) shown.set(found.patientId, found)
    },
    mockCodeOf(patientId: string): Readonly<{ code: string, until: string }> | null {
      sweep(shown)
      const found = shown.get(patientId)
      return found === undefined ? null : { code: found.code, until: new Date(found.untilMs).toISOString() }
    },
    forget(patientId: string): void { shown.delete(patientId) }
  }
}
export type Codes = ReturnType<typeof createCodes>
