import { movedWindow } from './default-window.ts'
import { presetsFor } from './presets.ts'
import type { Viewer } from './study-viewer.ts'
import type { PaneId, ViewerCommand } from './types.ts'

/** Every command of keys, toolbar and palette, in one place. A command that can't act here says so in the notice. */
export function runCommand(viewer: Viewer, command: ViewerCommand): void {
  const { activePane, selectedMeasurementId, layout } = viewer.state
  const pane = viewer.pane(activePane)
  switch (command.name) {
    case 'tool': viewer.setTool(command.tool); break
    case 'layout': viewer.setLayout(command.layout); break
    case 'preset': takePreset(viewer, command.index); break
    case 'step': viewer.step(command.by); break
    case 'goto': goToEnd(viewer, command.end); break
    case 'zoom': pane.zoomBy(command.factor); break
    case 'pan': pane.panBy(command.dxPx, command.dyPx); break
    case 'window-by': viewer.setWindow(movedWindow(viewer.currentWindow, command.centerBy, command.widthBy)); break
    case 'fit': pane.fit(); break
    case 'reset': pane.reset(); viewer.resetWindow(); break
    case 'invert': viewer.setWindow(viewer.currentWindow, !viewer.isInvertedNow); break
    case 'rotate': pane.turn(); break
    case 'flip-horizontal': pane.mirror('across'); break
    case 'flip-vertical': pane.mirror('up-down'); break
    case 'place': viewer.drawing.placeAtMiddle(activePane); break
    case 'cancel': viewer.drawing.cancel(); break
    case 'delete': if (selectedMeasurementId !== null) viewer.removeMeasurement(selectedMeasurementId); break
    case 'undo': viewer.undo(); break
    case 'next-pane': viewer.store.setState({ activePane: nextPane(activePane, layout === 'planes') }); break
  }
}

function takePreset(viewer: Viewer, index: number): void {
  const description = viewer.open?.description
  if (description === undefined) return
  const preset = presetsFor(description.modality)[index]
  if (preset !== undefined) viewer.setWindow({ center: preset.center, width: preset.width })
  else viewer.store.setState({ notice: description.modality === 'CT' ? 'There is no window preset under this key.' : `Window presets are in HU; a ${description.modality} series has none.` })
}

function goToEnd(viewer: Viewer, end: 'first' | 'last'): void {
  const { activePane, panes } = viewer.state
  const { index, count } = panes[activePane]
  if (activePane === 'stack') viewer.goTo(end === 'first' ? 0 : count - 1)
  else if (index !== null) viewer.step(end === 'first' ? -count : count)
}

function nextPane(current: PaneId, isPlanes: boolean): PaneId {
  if (!isPlanes) return 'stack'
  const order: readonly PaneId[] = ['axial', 'sagittal', 'coronal', 'stack']
  return order[(order.indexOf(current) + 1) % order.length] ?? 'stack'
}
