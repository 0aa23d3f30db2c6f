import type { FindingKind, Laterality, StoneLocation } from '../../../src-shared/analysis.ts'

/** [one, many] of each kind, as a sentence uses them. */
export const kindWords: Readonly<Record<FindingKind, readonly [string, string]>> = {
  stone: ['stone', 'stones'],
  phlebolith: ['phlebolith', 'phleboliths'],
  'vessel-calcification': ['vessel calcification', 'vessel calcifications'],
  contrast: ['focus of contrast agent', 'foci of contrast agent'],
  metal: ['metal object', 'metal objects'],
  'bowel-content': ['focus of dense bowel content', 'foci of dense bowel content'],
  bone: ['bone island or spur', 'bone islands or spurs'],
  noise: ['focus that is likely noise', 'foci that are likely noise'],
  other: ['other finding', 'other findings']
}

const sides: Readonly<Record<Laterality, string>> = { left: 'left ', right: 'right ', midline: 'midline ', unknown: '' }
const pairedPlaces: Partial<Record<StoneLocation, string>> = { kidney: 'kidney', 'upper-ureter': 'upper ureter' }

/** "in the left kidney", "in the bony pelvis on the left (distal ureter or vein)". The patient's side. */
export function placeWords(laterality: Laterality, location: StoneLocation): string {
  const paired = pairedPlaces[location]
  if (paired !== undefined) return laterality === 'midline' || laterality === 'unknown' ? `in a ${paired}` : `in the ${sides[laterality]}${paired}`
  const side = laterality === 'left' || laterality === 'right' ? ` on the ${laterality}` : laterality === 'midline' ? ' in the midline' : ''
  switch (location) {
    case 'pelvis': return `in the bony pelvis${side} (distal ureter or vein)`
    case 'bladder': return 'in the bladder'
    case 'outside-urinary-tract': return `outside the urinary tract${side}`
    default: return side === '' ? 'at a place that geometry alone cannot name' : side.trim()
  }
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
