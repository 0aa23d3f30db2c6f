import { createHash } from 'node:crypto'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import type { PhantomRecipe } from './recipe.ts'

export type PhantomUids = Readonly<{
  studyUid: StudyUid
  seriesUid: SeriesUid
  frameOfReferenceUid: string
  sopInstanceUid: (slice: number) => SopInstanceUid
}>

/** UIDs under 2.25 (PS3.5 B.2) taken from the recipe, so that writing it twice gives the same series and no other recipe does. */
export function uidsOf(recipe: PhantomRecipe): PhantomUids {
  const seed = JSON.stringify(recipe)
  return {
    studyUid: StudyUid.parse(uid(seed, 'study')),
    seriesUid: SeriesUid.parse(uid(seed, 'series')),
    frameOfReferenceUid: uid(seed, 'frame of reference'),
    sopInstanceUid: (slice) => SopInstanceUid.parse(uid(seed, `instance ${slice}`))
  }
}

function uid(seed: string, role: string): string {
  const digest = createHash('sha256').update(`${role}\n${seed}`).digest('hex').slice(0, 32)
  return `2.25.${BigInt(`0x${digest}`)}`
}
