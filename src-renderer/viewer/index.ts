export { stoneLegend } from './three-d/stones.ts'
export type { PaneLine } from './pane-lines.ts'
export { presetsFor, type WindowPreset } from './presets.ts'
export { cineKeys, editKeys, handKeys, layoutKeys, measureKeys, modeKeys, paletteKeys, screenKeys, slabKeys, spaceKeys, viewKeys, viewerKeys, type ViewerKey } from './keys.ts'
export { createHttpTransport, type ViewerTransport } from './transport.ts'
export { createStudyViewer, type StudyViewerOptions } from './study-viewer.ts'
export type {
  Draft, EdgeLetters, JumpResult, JumpTarget, Layout, LoadProgress, Measurement, OpenedSeries, PaneContent, PaneContentRequest, PaneGiven, PaneId, PaneState, PaneView, PointCss, SaveState, ScaleBar,
  SeriesState, Spot, StudyViewer, ToolName, ViewerCommand, ViewerState, WindowSetting
} from './types.ts'
export { labelLines, placeLabels, type LabelPlace } from './measuring/label-place.ts'
export { outlineOf, type Outline } from './measuring/outline.ts'
export { toolNames } from './measuring/tools.ts'
export { valueText } from './measure.ts'
export { showsFinding, showsMeasurement, pxPerMm } from './shown-graphics.ts'
export { frameKeyOf, volumeRefusal } from './open-series.ts'
export { isPlane } from './layouts.ts'
export { panesOfGrid, visiblePanes } from './viewer-state.ts'
export { newRowId } from './row-id.ts'
