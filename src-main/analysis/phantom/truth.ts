import { PhantomTruth } from '../../../src-shared/analysis.ts'
import { nearestSlice } from '../volume/geometry.ts'
import type { Scene } from './render.ts'
import type { PhantomUids } from './uids.ts'

/** What is really in the phantom: each stone and mimic with the fields of a finding. `id` names the object in the recipe. */
export function truthOf(scene: Scene, uids: PhantomUids): PhantomTruth {
  return PhantomTruth.parse({
    studyUid: uids.studyUid, seriesUid: uids.seriesUid, recipe: scene.recipe,
    findings: scene.objects.map((object, index) => ({
      id: `object-${index + 1}`, kind: object.kind, status: 'proposed',
      diameterMm: object.diameterMm, diameterErrorMm: 0, volumeMm3: object.volumeMm3, meanHu: object.hu, maxHu: object.hu,
      laterality: object.laterality, location: object.location, centreMm: object.centreMm,
      seriesUid: uids.seriesUid, sopInstanceUid: uids.sopInstanceUid(nearestSlice(scene.geometry, object.centreMm)), frameNumber: 1,
      confidence: 1, reason: 'Put there by the recipe.'
    }))
  })
}
