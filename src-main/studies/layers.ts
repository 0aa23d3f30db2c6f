import type { GeometryWarning, SlicePlace } from './geometry.ts'

type Facts = NonNullable<SlicePlace['stack']>
const keys: readonly (keyof Facts)[] = ['id', 'time', 'type', 'others']
/** The fewest facts first, so that a number that differs from frame to frame does not tear a stack apart. */
const choices: readonly (readonly (keyof Facts)[])[] = [
  ['id'], ['time'], ['type'], ['others'], ['id', 'time'], ['id', 'type'], ['time', 'type'], ['id', 'others'], ['time', 'others'], ['type', 'others'], ['id', 'time', 'type'], keys
]

/**
 * Several stacks that lie at the same places (phases of a dynamic series, echoes, magnitude and phase), told apart by the fewest facts
 * that leave no two frames at one place. One stack, as given, where none do.
 */
export function splitByFacts(slices: readonly SlicePlace[], members: readonly number[], hasDuplicates: (indices: readonly number[]) => boolean): (readonly number[])[] {
  for (const choice of choices) {
    const parts = Map.groupBy(members, (index) => choice.map((key) => slices[index]?.stack?.[key] ?? '').join('\u0000'))
    if (parts.size > 1 && parts.size < members.length && [...parts.values()].every((part) => !hasDuplicates(part))) return [...parts.values()]
  }
  return [members]
}

/** What one stack is called beside the others: only the facts in which they differ. */
export function stackLabel(slices: readonly SlicePlace[], stacks: readonly (readonly number[])[], members: readonly number[]): string {
  const factsOf = (indices: readonly number[]): Facts => slices[indices[0] ?? -1]?.stack ?? { id: '', time: '', type: '', others: '' }
  const differs = (key: keyof Facts) => new Set(stacks.map((stack) => factsOf(stack)[key])).size > 1
  const { id, time, type, others } = factsOf(members)
  const words = [
    ...(differs('type') && type !== '' ? [type] : []), ...(differs('time') && time !== '' ? [`time ${time}`] : []), ...(differs('id') && id !== '' ? [`stack ${id}`] : [])
  ]
  // Other dimensions are numbers without a name; they speak only where nothing else does.
  if (words.length === 0 && others !== '') words.push(others.startsWith('echo') ? others : `part ${others}`)
  return words.join(', ')
}

export function layerWarnings(layers: readonly Readonly<{ label: string }>[]): GeometryWarning[] {
  if (layers.length < 2) return []
  const names = layers.map(({ label }) => label).filter((label) => label !== '').slice(0, 4).join('; ')
  return [{ code: 'several-stacks', text: `The series holds ${layers.length} stacks of images at the same places${names === '' ? '' : ` (${names}${layers.length > 4 ? ' …' : ''})`}; they are shown one after the other.` }]
}
