import { priorities, type EngineAnswer, type EngineRequest, type ReadOptions } from '../engine.ts'

export type Waiting = {
  readonly id: number
  readonly request: EngineRequest
  readonly options: ReadOptions
  readonly enqueuedMs: number
  startedMs: number
  attempts: number
  isCancelled: boolean
  readonly resolve: (answer: EngineAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Requests by what they are for, then by when they came. */
export function createQueue() {
  const waiting: Waiting[] = []
  const order = () => waiting.toSorted((a, b) => priorities[a.request.priority] - priorities[b.request.priority] || a.id - b.id)
  const remove = (entry: Waiting): boolean => {
    const index = waiting.indexOf(entry)
    if (index >= 0) waiting.splice(index, 1)
    return index >= 0
  }
  return {
    add: (entry: Waiting): void => { waiting.push(entry) },
    remove,
    take(): Waiting | null {
      const [first] = order()
      if (first !== undefined) remove(first)
      return first ?? null
    },
    ordered: order,
    get size(): number { return waiting.length }
  }
}
