import type { PaneMode, Slab } from '../../src-shared/viewing.ts'
import { movedWindow } from './default-window.ts'
import { isPlane, needsVolume } from './layouts.ts'
import { chosenWindow, windowChoices } from './presets.ts'
import type { Viewer } from './study-viewer.ts'
import type { PaneId, ViewerCommand } from './types.ts'
import { visiblePanes } from './viewer-state.ts'

/** Every command of keys, toolbar and palette, in one place. A command that can't act here says so in the notice. */
export function runCommand(viewer: Viewer, command: ViewerCommand): void {
  const { activePane, selectedMeasurementId } = viewer.state
  const pane = viewer.pane(activePane)
  switch (command.name) {
    case 'tool': viewer.setTool(command.tool); break
    case 'layout': void viewer.setLayout(command.layout); break
    case 'grid': viewer.setGrid(command); break
    case 'mode': changeMode(viewer, command.mode); break
    case 'palette': pane.setPalette(command.palette); break
    case 'fusion': viewer.setFusion(command.look); break
    case 'appearance': viewer.spaceIn(activePane)?.setAppearance(command.appearance); break
    case 'look-from': viewer.spaceIn(activePane)?.lookFrom(command.side); break
    case 'cine': viewer.playOrStop(); break
    case 'cine-rate': viewer.cineRate(command.factor); break
    case 'cine-sweep': viewer.cineSweep(); break
    case 'rejected-stones': viewer.showRejectedStones(!viewer.state.areRejectedStonesShown); break
    case 'slab-mode': changeSlab(viewer, (slab) => command.mode === null ? null : { mode: command.mode, thicknessMm: slab?.thicknessMm ?? usualSlabMm }); break
    case 'slab-by': changeSlab(viewer, (slab) => thickened(slab ?? { mode: 'mip', thicknessMm: 0 }, command.mm)); break
    case 'slab': changeSlab(viewer, (slab) => thickened({ mode: slab?.mode ?? 'mip', thicknessMm: command.thicknessMm }, 0)); break
    case 'preset': takePreset(viewer, command.index); break
    case 'step': viewer.step(command.by); break
    case 'step-series': viewer.stepSeries(command.by); break
    case 'goto': goToEnd(viewer, command.end); break
    case 'image': goToImage(viewer, command.index); break
    case 'zoom': pane.zoomBy(command.factor); break
    case 'pan': pane.panBy(command.dxPx, command.dyPx); break
    case 'window-by': viewer.setWindow(movedWindow(pane.currentWindow.window, command.centerBy, command.widthBy)); break
    case 'window': viewer.setWindow(command.window); break
    case 'fit': pane.fit(); break
    case 'reset': pane.reset(); viewer.resetWindow(); break
    case 'invert': viewer.setWindow(pane.currentWindow.window, !pane.currentWindow.isInverted); break
    case 'rotate': pane.turn(); break
    case 'over': if (!pane.toggleOver()) viewer.store.setState({ notice: 'Nothing lies over this image.' }); break
    case 'flip-horizontal': pane.mirror('across'); break
    case 'flip-vertical': pane.mirror('up-down'); break
    case 'place': viewer.drawing.placeAtMiddle(activePane); break
    case 'cancel': viewer.drawing.cancel(); break
    case 'delete': if (selectedMeasurementId !== null) viewer.removeMeasurement(selectedMeasurementId); break
    case 'label': if (selectedMeasurementId !== null) labelSelected(viewer, selectedMeasurementId); break
    case 'undo': viewer.undo(); break
    case 'redo': viewer.redo(); break
    case 'next-pane': viewer.activate(nextPane(viewer)); break
    case 'maximise': viewer.store.setState(({ maximised }) => ({ maximised: maximised === null ? activePane : null })); break
    case 'link': viewer.setLinked(!viewer.state.isLinked); break
    case 'reference-lines': viewer.store.setState(({ areReferenceLinesOn }) => ({ areReferenceLinesOn: !areReferenceLinesOn })); break
  }
}

function changeMode(viewer: Viewer, mode: PaneMode): void {
  const { activePane } = viewer.state
  const content = viewer.contentOf(activePane)
  const refused = viewer.openIn(activePane)?.planesRefused ?? null
  if (content === null) viewer.store.setState({ notice: 'Open a series first.' })
  else if (needsVolume(mode) && refused !== null) viewer.store.setState({ notice: refused })
  else void viewer.assign(activePane, { ...content, mode, slab: null })
}

const usualSlabMm = 10

function thickened(slab: Slab, byMm: number): Slab {
  return { mode: slab.mode, thicknessMm: Math.min(200, Math.max(0, slab.thicknessMm + byMm)) }
}

function changeSlab(viewer: Viewer, change: (slab: Slab | null) => Slab | null): void {
  const { activePane } = viewer.state
  const content = viewer.contentOf(activePane)
  if (content === null || !isPlane(content.mode)) viewer.store.setState({ notice: 'A slab belongs to a plane: choose axial, sagittal, coronal or oblique first.' })
  else void viewer.assign(activePane, { ...content, slab: change(content.slab ?? null) })
}

function takePreset(viewer: Viewer, index: number): void {
  const description = viewer.active.opened?.description
  const { picture, shownFacts } = viewer.pane(viewer.state.activePane)
  if (description === undefined || picture === null) return
  const choice = windowChoices(description)[index]
  const window = choice === undefined ? null : chosenWindow(choice, picture, description, description.frames[shownFacts?.index ?? 0])
  if (window !== null) viewer.setWindow(window)
  else viewer.store.setState({ notice: picture.kind === 'colour' ? 'A colour image has no windows to choose from.' : 'There is no window under this key for this image.' })
}

/** By its own number, whatever is still on its way to the screen. */
function goToImage(viewer: Viewer, index: number): void {
  const { stack, pane } = viewer.active
  const from = stack?.target ?? pane.shownFacts?.index ?? index
  viewer.step(index - from)
}

function goToEnd(viewer: Viewer, end: 'first' | 'last'): void {
  const { activePane, panes } = viewer.state
  const { count } = panes[activePane]
  viewer.step(end === 'first' ? -count : count)
}

function nextPane(viewer: Viewer): PaneId {
  const { activePane } = viewer.state
  const order = visiblePanes(viewer.state)
  return order[(order.indexOf(activePane) + 1) % order.length] ?? activePane
}

/** The words are written beside the drawing, so that it must be on the screen first. */
function labelSelected(viewer: Viewer, id: string): void {
  void viewer.showMeasurement(id).then((result) => { if (result.ok) viewer.labels.start(id, 'pane') })
}
