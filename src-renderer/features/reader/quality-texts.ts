import type { ReaderQuality } from '../../../src-shared/reading.ts'

type Version = ReaderQuality['versions'][number]

/** Share of the decided sentences that were taken in, with or without a change; null where nothing was decided. */
export function acceptance({ accepted, amended, rejected }: Pick<Version, 'accepted' | 'amended' | 'rejected'>): number | null {
  const decided = accepted + amended + rejected
  return decided === 0 ? null : (accepted + amended) / decided
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`
}
