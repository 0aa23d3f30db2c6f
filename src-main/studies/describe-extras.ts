import type { FrameDescription, OverlayPlane, SeriesDescription } from '../../src-shared/studies.ts'
import type { PlacedFrame, SeriesFacts } from './describe.ts'
import { liesOver } from './dicom/overlays.ts'
import type { StoredInstance } from './store.ts'
import { suvOf } from './suv.ts'

type Extras = Readonly<{
  series: Pick<SeriesDescription, 'cine' | 'suv' | 'overlays' | 'stacks'>
  /** What is missing and why, in sentences. */
  notes: readonly string[]
  ofFrame: (frame: PlacedFrame) => Pick<FrameDescription, 'suvFactor' | 'overlays'>
}>

/** What only some series have: uptake factors, overlay planes, a rate to be played at, several stacks. Named only where there is one. */
export function describeExtras(facts: SeriesFacts, lead: PlacedFrame): Extras {
  const instances = [...new Set(facts.frames.map(({ instance }) => instance))]
  const uptake = uptakeOf(instances)
  const planes = planesOf(instances)
  const { cine } = lead.instance.header
  const stacks = stacksOf(facts)
  return {
    series: {
      ...(cine === undefined ? {} : { cine }), ...(uptake === null ? {} : { suv: uptake.scale }),
      ...(planes.all.length === 0 ? {} : { overlays: [...planes.all] }), ...(stacks.length === 0 ? {} : { stacks })
    },
    notes: uptake?.scale.kind === 'none' ? [uptake.scale.reason] : [],
    ofFrame({ instance, frameNumber }) {
      const { pet, overlays = [] } = instance.header
      const factor = pet === undefined ? undefined : uptake?.factorOf.get(pet)
      const shared = uptake?.scale.kind === 'none' ? undefined : uptake?.scale.factor
      const over = overlays.flatMap((plane) => liesOver(plane, frameNumber) ? planes.indexOf(plane) ?? [] : [])
      return { ...(factor === undefined || factor === shared ? {} : { suvFactor: factor }), ...(over.length === 0 ? {} : { overlays: over }) }
    }
  }
}

const petUnits: Readonly<Record<string, string>> = { BQML: 'Bq/ml', CNTS: 'counts', PROPCNTS: 'counts', GML: 'g/ml', CM2ML: 'cm²/ml' }

/** The unit of values where Rescale Type names none: that of the Modality LUT, or PET's own (PS3.3 C.8.9.1). '' where nothing does. */
export function unitOf({ pet, pixel }: StoredInstance['header']): string {
  return pixel?.modalityLut?.type ?? (pet === undefined ? '' : petUnits[pet.units] ?? pet.units)
}

function uptakeOf(instances: readonly StoredInstance[]) {
  const facts = instances.flatMap(({ header }) => header.pet ?? [])
  return facts.length === 0 ? null : suvOf(facts)
}

/** The same plane in many instances is told once. */
function planesOf(instances: readonly StoredInstance[]): { all: readonly OverlayPlane[], indexOf: (plane: OverlayPlane) => number | undefined } {
  const all: OverlayPlane[] = []
  const known = new Map<string, number>()
  const indexes = new Map<OverlayPlane, number>()
  for (const plane of instances.flatMap(({ header }) => header.overlays ?? [])) {
    const key = JSON.stringify(plane)
    const index = known.get(key) ?? all.push(plane) - 1
    known.set(key, index)
    indexes.set(plane, index)
  }
  return { all, indexOf: (plane) => indexes.get(plane) }
}

function stacksOf({ geometry: { layers } }: SeriesFacts): NonNullable<SeriesDescription['stacks']> {
  let firstIndex = 0
  return layers.map(({ members, label }) => {
    const stack = { label, firstIndex, count: members.length }
    firstIndex += members.length
    return stack
  })
}
