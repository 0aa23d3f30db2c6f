export { presetsFor, type WindowPreset } from './presets.ts'
export { editKeys, handKeys, layoutKeys, measureKeys, modeKeys, screenKeys, slabKeys, viewKeys, viewerKeys, type ViewerKey } from './keys.ts'
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
export { visiblePanes } from './viewer-state.ts'
