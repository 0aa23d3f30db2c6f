import { aGrid, aVolume, turnedPose, voxelMm } from '../../../src-renderer/viewer/reformat/test-volume.ts'
import type { Stone } from '../../../src-renderer/viewer/three-d/stones.ts'
import { createVolumePane, type VolumePane, type VolumePaneState } from '../../../src-renderer/viewer/three-d/volume-pane.ts'

/** A page with one volume pane and nothing else, driven by the tests. `boxes`: voxels from a corner to another (inclusive) that hold a value. */
export type HarnessInput = Readonly<{
  counts: [number, number, number]
  stepsMm: [number, number, number]
  originMm: [number, number, number]
  angles: [number, number, number]
  ground: number
  boxes: readonly Readonly<{ from: [number, number, number], to: [number, number, number], value: number }>[]
  ball: Readonly<{ centre: [number, number, number], radiusMm: number, value: number }> | null
  appearance: string
  modality: string
}>
export type Harness = {
  open: (input: HarnessInput) => void
  setStones: (stones: readonly Stone[], selectedId: string | null, showRejected: boolean) => void
  pane: VolumePane | null
  attach: () => void
  detach: () => void
  states: VolumePaneState[]
  picked: (string | null)[]
  voxelMm: (column: number, row: number, slice: number) => readonly [number, number, number]
}

declare global {
  interface Window { harness: Harness }
}

const harness: Harness = {
  pane: null, states: [], picked: [], voxelMm: () => [0, 0, 0],
  open({ counts, stepsMm, originMm, angles, ground, boxes, ball, appearance, modality }) {
    harness.detach()
    const grid = aGrid({ counts, stepsMm, originMm, pose: turnedPose(...angles) })
    const volume = aVolume(grid, (column, row, slice) => {
      const at = [column, row, slice]
      if (ball !== null && Math.hypot(...at.map((place, axis) => (place - (ball.centre[axis] ?? 0)) * (stepsMm[axis] ?? 1))) <= ball.radiusMm) return ball.value
      return boxes.find(({ from, to }) => at.every((place, axis) => place >= (from[axis] ?? 0) && place <= (to[axis] ?? 0)))?.value ?? ground
    })
    harness.states.length = 0
    harness.picked.length = 0
    harness.voxelMm = (column, row, slice) => voxelMm(grid, column, row, slice)
    const pane = createVolumePane({ volume, modality, label: 'Phantom', appearance, onState: (state) => { harness.states.push(state) }, onPick: (id) => { harness.picked.push(id) } })
    harness.pane = pane
    harness.attach()
  },
  attach() {
    const element = document.querySelector<HTMLElement>('#pane')
    if (element !== null && harness.pane !== null) harness.detach = harness.pane.attach(element)
  },
  detach() {},
  setStones(stones, selectedId, showRejected) { harness.pane?.setStones(stones, { selectedId, showRejected }) }
}
window.harness = harness
