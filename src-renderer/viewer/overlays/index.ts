export { createShapeCache, type DrawnOverlay, type ShapeCache } from './shape-cache.ts'
export { frameAt, openOverlay, partsOf, planeOfImage, spotOfPart, type OpenedOverlay, type ShownPicture } from './opened.ts'
export { presentationCommands } from './presentation.ts'
export type { OverlayShape } from './shape.ts'
