import type { PaneSlot } from './panes/pane-slot.ts'
import { linkPanes, type LinkedPanes, type LinkSide } from './reading/linking.ts'
import { ignoreCalledOff } from './called-off.ts'
import type { PaneId } from './types.ts'

/** Scrolling that takes the other stacks of the screen along. What is linked is decided once, when it is switched on or a pane gets another series. */
export class LinkedScroll {
  private readonly visible: () => readonly PaneSlot[]
  private linked: LinkedPanes<PaneId> | null = null

  constructor(visible: () => readonly PaneSlot[]) {
    this.visible = visible
  }

  /** Links the stacks as they stand now. */
  link(leader: PaneId): void {
    const sides = new Map<PaneId, LinkSide>()
    for (const { id, stack, opened } of this.visible()) if (stack !== null && opened !== null && stack.target >= 0) sides.set(id, { series: opened.description, index: stack.target })
    this.linked = linkPanes(sides)
    this.label(leader)
  }

  unlink(): void {
    this.linked = null
    for (const slot of this.visible()) slot.setLink(null)
  }

  /** Another pane leads now; what holds between two panes stays. */
  label(leader: PaneId): void {
    const labels = this.linked?.labels(leader)
    const isAlone = (labels?.size ?? 0) < 2
    for (const slot of this.visible()) slot.setLink(isAlone ? null : labels?.get(slot.id) ?? null)
  }

  follow(leader: PaneId, index: number): void {
    const places = this.linked?.follow(leader, index)
    if (places === undefined) return
    for (const { id, stack } of this.visible()) {
      const place = places.get(id)
      if (stack !== null && place !== undefined && place !== null) void stack.goTo(place).catch(ignoreCalledOff)
    }
  }
}
