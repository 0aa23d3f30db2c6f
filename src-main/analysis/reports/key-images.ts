import type { KeyImage } from '../../../src-shared/reports.ts'
import type { FindingRow } from '../findings/finding-store.ts'
import { isStone } from '../findings/summary.ts'
import { editMark, rounded } from './numbers.ts'
import { capitalised, placeWords } from './words.ts'

/** One key image for each standing stone, the largest first; its id is the finding's. */
export function keyImagesOf(findings: readonly FindingRow[]): KeyImage[] {
  return findings.filter(isStone).toSorted((a, b) => (b.diameterMm ?? 0) - (a.diameterMm ?? 0)).map((row) => ({
    id: row.id, seriesUid: row.seriesUid, sopInstanceUid: row.sopInstanceUid, frameNumber: row.frameNumber, findingId: row.id,
    caption: `Stone ${placeWords(row.laterality, row.location)}${row.diameterMm === null ? '' : `, ${rounded(row.diameterMm, 'mm')} mm${editMark(row, 'diameterMm')}`}; position ${positionWords(row.centreMm)}`
  }))
}

/** "L 62.1, P 14.0, H 330.5 mm": the patient's own directions instead of signs. */
export function positionWords([x, y, z]: FindingRow['centreMm']): string {
  const along = (value: number, positive: string, negative: string) => `${value < 0 ? negative : positive} ${Math.abs(value).toFixed(1)}`
  return capitalised(`${along(x, 'L', 'R')}, ${along(y, 'P', 'A')}, ${along(z, 'H', 'F')} mm`)
}
