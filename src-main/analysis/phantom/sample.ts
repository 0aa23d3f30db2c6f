import { createRandom, type Random } from './random.ts'
import { PhantomRecipe, type PhantomObject, type PhantomPlace } from './recipe.ts'

export type SampleOptions = Readonly<Partial<Omit<PhantomRecipe, 'seed' | 'objects'>> & { seed: number }>

/** A phantom patient drawn by lot: five to seven stones of 3 to 14 mm and five mimics, each at its own place. The seed decides everything. */
export function sampleRecipe(options: SampleOptions): PhantomRecipe {
  const random = createRandom(options.seed)
  const bodyScale = random.between(0.92, 1.08)
  return PhantomRecipe.parse({ name: `SAMPLE ${options.seed}`, bodyScale, ...options, objects: [...stones(random), ...mimics(random)] })
}

type Draft = Partial<PhantomObject> & Pick<PhantomObject, 'kind' | 'place' | 'diameterMm' | 'hu'>

type Slot = readonly [place: PhantomPlace, side: 'left' | 'right', low: number, high: number, largestMm: number]

const slots: readonly Slot[] = [
  ['kidney', 'left', 0.02, 0.3, 14], ['kidney', 'left', 0.7, 0.98, 14], ['kidney', 'right', 0.02, 0.3, 14], ['kidney', 'right', 0.7, 0.98, 14],
  ['upper-ureter', 'left', 0.1, 0.85, 8], ['upper-ureter', 'right', 0.1, 0.85, 8],
  ['distal-ureter', 'left', 0.15, 0.8, 8], ['distal-ureter', 'right', 0.15, 0.8, 8], ['bladder', 'left', 0.2, 0.8, 16]
]

function stones(random: Random): Draft[] {
  return slots.flatMap(([place, side, low, high, largestMm]) => {
    if (random.uniform() > 0.65) return []
    const turn = (): number => random.integer(180)
    return [{
      kind: 'stone', place, side, along: random.between(low, high),
      diameterMm: round(random.uniform() < 0.4 ? random.between(3, 5) : random.between(5, largestMm)), hu: Math.round(random.between(350, 1400)),
      shape: random.uniform() < 0.4 ? [1, 1] : [round(random.between(0.6, 1)), round(random.between(0.6, 1))], turnsDeg: [turn(), turn(), turn()]
    }]
  })
}

function mimics(random: Random): Draft[] {
  const side = (): 'left' | 'right' => (random.uniform() < 0.5 ? 'left' : 'right')
  const hu = (low: number, high: number): number => Math.round(random.between(low, high))
  const size = (low: number, high: number): number => round(random.between(low, high))
  const phlebolith = (of: 'left' | 'right'): Draft => ({
    kind: 'phlebolith', place: 'pelvic-vein', side: of, along: random.uniform(), diameterMm: size(3, 6), hu: hu(250, 600), hasLucentCentre: random.uniform() < 0.6
  })
  return [
    phlebolith('left'),
    phlebolith('right'),
    {
      kind: 'vessel-calcification', place: 'aorta', side: side(), along: random.uniform(), diameterMm: size(8, 22), shape: [0.17, 0.17],
      turnsDeg: [0, 90, 0], hu: hu(400, 900)
    },
    { kind: 'bowel-content', place: 'bowel', side: side(), along: random.uniform(), diameterMm: size(5, 12), shape: [0.8, 0.7], hu: hu(220, 600) },
    {
      kind: 'metal', place: 'gallbladder-fossa', side: 'right', diameterMm: size(6, 11), shape: [0.3, 0.3],
      turnsDeg: [0, 0, random.integer(180)], hu: 3071
    }
  ]
}

const round = (value: number): number => Math.round(value * 100) / 100
