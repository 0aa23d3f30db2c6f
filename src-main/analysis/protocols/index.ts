import type { ProtocolName } from '../../../src-shared/analysis.ts'
import { assertNever } from '../../../src-shared/errors.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import { generalCt, generalCtVersion } from './general-ct/index.ts'
import type { ProtocolContext, ProtocolOptions, ProtocolResult } from './types.ts'
import { urinaryStones, urinaryStonesVersion } from './urinary-stones/index.ts'

export { chooseProtocol } from './choose.ts'
export { sharedSignal, type CancelSignal } from '../volume/cancel.ts'
export type { ChosenProtocol, ProtocolContext, ProtocolOptions, ProtocolResult, SeriesFacts } from './types.ts'

/** Stored with every result, so that a number can be traced to the code that made it. */
export const protocolVersions: Readonly<Record<ProtocolName, string>> = { 'urinary-stones': urinaryStonesVersion, 'general-ct': generalCtVersion }

/**
 * Runs a protocol over a volume. Pure and synchronous: call it in a worker, with `sharedSignal` to cancel it from outside.
 * @throws AppError `geometry-refused` where no number could be right, `cancelled` when the signal says so.
 */
export function runProtocol(name: ProtocolName, volume: Volume, context: ProtocolContext, options: ProtocolOptions = {}): ProtocolResult {
  switch (name) {
    case 'urinary-stones': return urinaryStones(volume, context, options)
    case 'general-ct': return generalCt(volume, context, options)
    default: return assertNever(name)
  }
}
