import { isFitted, type Finding, type FindingKind, type FindingOrigin, type FindingStatus, type Laterality, type StoneLocation } from '../../src-shared/analysis.ts'

export const kindNames: Readonly<Record<FindingKind, string>> = {
  stone: 'Stone', phlebolith: 'Phlebolith', 'vessel-calcification': 'Vessel calcification', contrast: 'Contrast', metal: 'Metal',
  'bowel-content': 'Bowel content', bone: 'Bone', noise: 'Noise', other: 'Finding'
}
export const sideNames: Readonly<Record<Laterality, string>> = { left: 'left', right: 'right', midline: 'midline', unknown: 'side unknown' }
export const placeNames: Readonly<Record<StoneLocation, string>> = {
  kidney: 'kidney', 'upper-ureter': 'upper ureter', pelvis: 'pelvis', bladder: 'bladder', 'outside-urinary-tract': 'outside the urinary tract', unknown: 'place unknown'
}
export const statusNames: Readonly<Record<FindingStatus, string>> = { proposed: 'to decide', accepted: 'accepted', rejected: 'rejected', amended: 'amended' }
export const originNames: Readonly<Record<FindingOrigin, string>> = { measured: 'measured', model: 'model', clinician: 'clinician' }

type Named = Readonly<Pick<Finding, 'kind' | 'laterality' | 'location'>>
type Sized = Readonly<Pick<Finding, 'diameterMm' | 'diameterErrorMm'>>

/** "left kidney", "bladder", "place unknown". */
export function placeText({ laterality, location }: Pick<Named, 'laterality' | 'location'>): string {
  if (laterality === 'unknown' || laterality === 'midline') {
    if (location === 'unknown') return laterality === 'midline' ? 'midline, place unknown' : 'place unknown'
    return placeNames[location]
  }
  return location === 'unknown' ? `${laterality} side, place unknown` : location === 'outside-urinary-tract' ? `${laterality}, ${placeNames[location]}` : `${laterality} ${placeNames[location]}`
}

/** "Stone, left kidney". */
export function findingTitle(finding: Named): string {
  return `${kindNames[finding.kind]}, ${placeText(finding)}`
}

/** "7.2 mm", or "not sized". */
export function sizeText({ diameterMm }: Sized): string {
  return diameterMm === null ? 'not sized' : `${diameterMm.toFixed(1)} mm`
}

/** "7.2 ± 0.4 mm". */
export function sizeWithErrorText(finding: Sized): string {
  if (finding.diameterMm === null || finding.diameterErrorMm === null) return sizeText(finding)
  return `${finding.diameterMm.toFixed(1)} ± ${finding.diameterErrorMm.toFixed(1)} mm`
}

/** "mean 850 HU" and "max 1203"; where the mean lies above every voxel, as what it is: "best fit 667 HU" and "highest voxel 471". */
export function densityTexts(finding: Readonly<Pick<Finding, 'meanHu' | 'maxHu'>>): Readonly<{ mean: string | null, max: string | null }> {
  const { meanHu, maxHu } = finding
  const [mean, max] = isFitted(finding) ? ['best fit', 'highest voxel'] : ['mean', 'max']
  return { mean: meanHu === null ? null : `${mean} ${Math.round(meanHu)} HU`, max: maxHu === null ? null : `${max} ${Math.round(maxHu)}${meanHu === null ? ' HU' : ''}` }
}
