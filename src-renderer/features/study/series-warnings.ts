import type { SeriesWarning, StudySeries } from '../../../src-shared/studies.ts'

const sentences: Readonly<Record<SeriesWarning, string>> = {
  'uneven-spacing': 'The slices are unevenly spaced.',
  'missing-slices': 'Slices are missing.',
  'gantry-tilt': 'The gantry was tilted.',
  'duplicate-position': 'Two images claim the same place.',
  'mixed-orientation': 'The images do not all lie the same way.',
  'mixed-size': 'The images differ in size.',
  'mixed-spacing': 'The images differ in pixel spacing.',
  'no-position': 'The images do not say where they lie.',
  'no-pixel-spacing': 'There is no pixel spacing: lengths can’t be measured.',
  'single-slice': 'There is one slice only.',
  'thick-slices': 'The slices are thick: small stones may be missed.',
  'mixed-frame-of-reference': 'The images do not share one frame of reference.',
  'unsupported-transfer-syntax': 'The pixels are packed in a way that can’t be unpacked here.',
  lossy: 'The images were compressed with loss.',
  'several-stacks': 'Several stacks of images lie at the same places; they are shown one after the other.'
}

/** What is doubtful about a series, in sentences; the edge's own note, which has the figures, comes first and stands for the rest of its kind. */
export function warningTexts({ warnings, geometryNote }: Readonly<Pick<StudySeries, 'warnings' | 'geometryNote'>>): readonly string[] {
  const texts = warnings.map((code) => sentences[code])
  return geometryNote === null ? texts : [geometryNote, ...texts]
}
