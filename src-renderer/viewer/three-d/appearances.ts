/** How the values of a volume become light. Opacities are per millimetre of the way through; the renderer drops what is under a thousandth a step. */
export type Appearance = Readonly<{
  name: string
  label: string
  blend: 'composite' | 'mip'
  /** Value, then red, green, blue from 0 to 1. */
  colours: readonly (readonly [number, number, number, number])[]
  /** Value, then opacity from 0 to 1. */
  opacities: readonly (readonly [number, number])[]
  /** Lit like a surface: only where there are surfaces to be lit. */
  isShaded: boolean
}>

const grey = (low: number, high: number): Appearance['colours'] => [[low, 0, 0, 0], [high, 1, 1, 1]]

/** Transfer functions in Hounsfield units: air -1000, fat about -100, water 0, soft tissue 20 to 80, contrast 150 to 400, bone above 250, stones 200 to 1600. */
const ofCt: readonly Appearance[] = [
  {
    name: 'bone', label: 'Bone', blend: 'composite', isShaded: true,
    colours: [[120, 0.55, 0.25, 0.15], [250, 0.8, 0.6, 0.42], [500, 0.93, 0.84, 0.68], [1200, 1, 0.98, 0.93]],
    opacities: [[140, 0], [220, 0.04], [350, 0.2], [800, 0.6], [1500, 0.8]]
  },
  {
    name: 'soft-tissue', label: 'Soft tissue', blend: 'composite', isShaded: true,
    colours: [[-200, 0.9, 0.75, 0.55], [-60, 0.9, 0.72, 0.5], [20, 0.75, 0.38, 0.3], [80, 0.82, 0.4, 0.32], [250, 0.93, 0.82, 0.68], [1000, 1, 0.98, 0.93]],
    opacities: [[-30, 0], [10, 0.015], [60, 0.06], [150, 0.12], [300, 0.4], [1000, 0.7]]
  },
  {
    name: 'lung', label: 'Lung', blend: 'composite', isShaded: true,
    colours: [[-1000, 0.2, 0.25, 0.4], [-850, 0.45, 0.55, 0.75], [-600, 0.8, 0.72, 0.68], [-300, 0.95, 0.75, 0.65]],
    opacities: [[-1000, 0], [-930, 0], [-850, 0.004], [-650, 0.05], [-450, 0.12], [-300, 0.02], [-200, 0]]
  },
  {
    name: 'vessels', label: 'Vessels', blend: 'composite', isShaded: true,
    colours: [[100, 0.5, 0.08, 0.06], [200, 0.85, 0.2, 0.15], [350, 0.95, 0.5, 0.38], [600, 0.97, 0.88, 0.75], [1200, 1, 1, 0.96]],
    opacities: [[110, 0], [160, 0.02], [220, 0.25], [400, 0.5], [1000, 0.7]]
  },
  { name: 'mip', label: 'MIP', blend: 'mip', isShaded: false, colours: grey(-50, 900), opacities: [[-1000, 1], [3000, 1]] },
  {
    name: 'stones', label: 'Translucent', blend: 'composite', isShaded: false,
    colours: [[-200, 0.25, 0.3, 0.38], [0, 0.4, 0.47, 0.56], [100, 0.6, 0.66, 0.74], [400, 0.85, 0.9, 0.95], [1200, 1, 1, 1]],
    opacities: [[-200, 0], [-100, 0.003], [60, 0.004], [150, 0.01], [300, 0.02], [1000, 0.045]]
  }
]

/** The appearances that make sense for a modality. Only CT has a scale that means the same everywhere; others are drawn over the range of their own values. */
export function appearancesFor(modality: string, range: Readonly<{ minimum: number; maximum: number }>): readonly Appearance[] {
  if (modality === 'CT') return ofCt
  const at = (share: number) => range.minimum + (range.maximum - range.minimum) * share
  return [
    { name: 'mip', label: 'MIP', blend: 'mip', isShaded: false, colours: grey(at(0.02), at(0.7)), opacities: [[at(0), 1], [at(1), 1]] },
    {
      name: 'translucent', label: 'Translucent', blend: 'composite', isShaded: true, colours: grey(at(0.05), at(0.6)),
      opacities: [[at(0), 0], [at(0.12), 0], [at(0.3), 0.02], [at(0.6), 0.12], [at(1), 0.4]]
    }
  ]
}
