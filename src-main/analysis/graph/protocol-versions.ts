import type { ProtocolName } from '../../../src-shared/analysis.ts'

/** Raised whenever the same voxels would give other numbers. */
export const protocolVersions: Readonly<Record<ProtocolName, string>> = { 'urinary-stones': '1.0', 'general-ct': '1.0' }
