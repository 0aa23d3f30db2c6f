import type { SeriesUid } from '../../../src-shared/ids.ts'
import type { ObliqueView } from './oblique-view.ts'
import { ObliquePlanes } from '../reformat/oblique-planes.ts'
import { planeNames, type PlaneName, type VolumeGrid } from '../volume-planes.ts'

/** The oblique panes of one series: three planes that turn together. */
export class ObliqueGroup {
  readonly planes: ObliquePlanes
  private readonly members = new Map<PlaneName, ObliqueView>()

  constructor(grid: VolumeGrid) {
    this.planes = new ObliquePlanes(grid)
  }

  /** The first of the three planes that no pane shows; a fourth pane shows the first once more. */
  freeName(): PlaneName { return planeNames.find((name) => !this.members.has(name)) ?? 'axial' }
  join(view: ObliqueView): void { this.members.set(view.name, view) }
  leave(view: ObliqueView): void { if (this.members.get(view.name) === view) this.members.delete(view.name) }
  others(view: ObliqueView): readonly ObliqueView[] { return [...this.members.values()].filter((other) => other !== view) }

  /** Turns the other planes about the normal of one. */
  turn(about: ObliqueView, angleRad: number): void {
    this.planes.turn(about.name, angleRad)
    for (const other of this.others(about)) other.update()
  }

  reset(): void {
    this.planes.reset()
    for (const view of this.members.values()) view.update()
  }
}

/** The groups of a viewer, by series. */
export class ObliqueGroups {
  private readonly groups = new Map<SeriesUid, ObliqueGroup>()

  of(seriesUid: SeriesUid, grid: VolumeGrid): ObliqueGroup {
    const group = this.groups.get(seriesUid) ?? new ObliqueGroup(grid)
    this.groups.set(seriesUid, group)
    return group
  }
}
