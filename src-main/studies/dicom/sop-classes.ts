/** Storage SOP classes (PS3.4 B.5) that hold something other than an image, and how a clinician calls them. */
const documents: readonly (readonly [prefix: string, name: string])[] = [
  ['1.2.840.10008.5.1.4.1.1.88.59', 'a selection of key images'],
  ['1.2.840.10008.5.1.4.1.1.88', 'a structured report'],
  ['1.2.840.10008.5.1.4.1.1.481.2', 'a radiotherapy dose'],
  ['1.2.840.10008.5.1.4.1.1.481.3', 'a radiotherapy structure set'],
  ['1.2.840.10008.5.1.4.1.1.481.5', 'a radiotherapy plan'],
  ['1.2.840.10008.5.1.4.1.1.481', 'a radiotherapy object'],
  ['1.2.840.10008.5.1.4.1.1.11', 'a presentation state'],
  ['1.2.840.10008.5.1.4.1.1.104', 'an encapsulated document'],
  ['1.2.840.10008.5.1.4.1.1.9', 'a waveform'],
  ['1.2.840.10008.5.1.4.1.1.66.1', 'a spatial registration'],
  ['1.2.840.10008.5.1.4.1.1.66.2', 'a spatial fiducials object'],
  ['1.2.840.10008.5.1.4.1.1.66.3', 'a deformable registration'],
  ['1.2.840.10008.5.1.4.1.1.66.5', 'a surface segmentation'],
  ['1.2.840.10008.5.1.4.1.1.66.6', 'a tractography result'],
  ['1.2.840.10008.5.1.4.1.1.66', 'raw data'],
  ['1.2.840.10008.5.1.4.1.1.67', 'a real world value mapping'],
  ['1.2.840.10008.5.1.4.1.1.4.2', 'MR spectroscopy'],
  ['1.2.840.10008.5.1.4.1.1.131', 'a procedure protocol']
]
const withPixels = new Set(['1.2.840.10008.5.1.4.1.1.481.1', '1.2.840.10008.5.1.4.1.1.481.2', '1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'])

export const mediaDirectory = '1.2.840.10008.1.3.10'
/** Segmentation and Label Map Segmentation: pixels that say which, not how bright. */
export const segmentations: ReadonlySet<string> = new Set(['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'])

/** What an object without pixels is called; null for images and unknown classes. */
export function documentName(sopClassUid: string): string | null {
  if (withPixels.has(sopClassUid)) return null
  return documents.find(([prefix]) => sopClassUid === prefix || sopClassUid.startsWith(`${prefix}.`))?.[1] ?? null
}

/** Composite instances under the storage root; anything else (a print job, a worklist item) is no object of a study. */
export function isStorageClass(sopClassUid: string): boolean {
  return sopClassUid.startsWith('1.2.840.10008.5.1.4.1.1.') || sopClassUid.startsWith('1.2.840.10008.5.1.4.34.') || !sopClassUid.startsWith('1.2.840.10008.')
}
