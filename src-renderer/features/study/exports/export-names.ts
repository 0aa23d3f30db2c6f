type Named = Readonly<{ modality: string, seriesNumber: number | null, imageNumber?: number | null }>

/** `vigil-ct-3-12.png`: nothing of the patient, and no description, which is written by hand. */
export function exportName({ modality, seriesNumber, imageNumber = null }: Named, ending: string): string {
  const word = modality.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const parts = ['vigil', word || 'image', seriesNumber === null ? '' : String(Math.abs(seriesNumber)), imageNumber === null ? '' : String(imageNumber)]
  return `${parts.filter((part) => part !== '').join('-')}.${ending}`
}

/** "3.4 MB", as the save dialogs of systems count: thousands. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}
