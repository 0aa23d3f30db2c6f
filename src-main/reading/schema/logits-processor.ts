import { keepOnly, type Constraint } from './constraint.ts'

/** What `generate` of transformers.js hands over: a row of logits for each text that is written. */
type LogitsTensor = Readonly<{ data: unknown, dims: readonly number[] }>
type Call = (inputIds: readonly (readonly bigint[])[], logits: LogitsTensor) => LogitsTensor
export type ConstraintProcessor = Call & Readonly<{ _call: Call }>

/**
 * A constraint as transformers.js takes it: it is called before each token with all that stands so far, prompt included, and sets to −∞
 * what may not follow. Behind the whole answer only `endTokenIds` may stand. One text at a time: no batch, no beams.
 */
export function asLogitsProcessor(constraint: Constraint, endTokenIds: readonly number[]): ConstraintProcessor {
  let taken: number | null = null
  const call: Call = (inputIds, logits) => {
    const [ids, ...others] = inputIds
    const { data, dims } = logits
    if (ids === undefined || others.length > 0 || !(data instanceof Float32Array)) throw new Error('A constraint holds one text, in logits of 32 bits.')
    // At the first call all is prompt.
    for (const id of ids.slice(taken ?? ids.length)) if (!constraint.isDone()) constraint.accept(Number(id))
    taken = ids.length
    const offset = data.length - (dims.at(-1) ?? data.length)
    if (constraint.isDone()) keepOnly(endTokenIds, data, offset)
    else constraint.mask(data, offset)
    return logits
  }
  return Object.assign(call.bind(null), { _call: call })
}
