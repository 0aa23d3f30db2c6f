import type { OverlayKind } from '../../../src-shared/overlays.ts'

const reports = '1.2.840.10008.5.1.4.1.1.88.'
const keyObjectSelection = `${reports}59`
const presentations = '1.2.840.10008.5.1.4.1.1.11.'
const encapsulated = '1.2.840.10008.5.1.4.1.1.104.'
const single: Readonly<Record<string, OverlayKind>> = {
  '1.2.840.10008.5.1.4.1.1.481.3': 'contours',
  '1.2.840.10008.5.1.4.1.1.66.4': 'segmentation', '1.2.840.10008.5.1.4.1.1.66.7': 'segmentation',
  [keyObjectSelection]: 'selection'
}

/** What an instance of a storage SOP class (PS3.4 B.5) says about images; null for images, plans, waveforms and all else. */
export function overlayKindOf(sopClassUid: string): OverlayKind | null {
  const known = single[sopClassUid]
  if (known !== undefined) return known
  if (sopClassUid.startsWith(reports)) return 'report'
  if (sopClassUid.startsWith(presentations)) return 'presentation'
  return sopClassUid.startsWith(encapsulated) ? 'document' : null
}
