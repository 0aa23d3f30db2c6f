import { z } from 'zod'
import { PointMm, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'

/**
 * What other programs drew on or wrote about images, as DICOM objects of the study: RTSTRUCT, SEG, SR, key object selections (KOS),
 * presentation states, encapsulated documents; `unread` for one that can't be read, whose `notDrawableReason` says why.
 */
export const overlayKinds = ['contours', 'segmentation', 'report', 'selection', 'presentation', 'document', 'unread'] as const
export const OverlayKind = z.enum(overlayKinds)
export type OverlayKind = z.infer<typeof OverlayKind>

/** Red, green, blue, 0 to 255. */
export const OverlayColour = z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)])
export type OverlayColour = z.infer<typeof OverlayColour>

/** An image that an object speaks of. No frame numbers: all of its frames. */
export const ImageReference = z.object({ sopInstanceUid: SopInstanceUid, frameNumbers: z.array(z.int().positive()) })
export type ImageReference = z.infer<typeof ImageReference>

/** Where a referenced image is on this workstation. Those that aren't here have none. */
export const ImagePlace = z.object({ sopInstanceUid: SopInstanceUid, seriesUid: SeriesUid, studyUid: StudyUid })
export type ImagePlace = z.infer<typeof ImagePlace>

/** A series that an object belongs on: it names its images, or lies in its frame of reference. */
export const OverlayTarget = z.object({ seriesUid: SeriesUid, studyUid: StudyUid, by: z.enum(['images', 'frame-of-reference']) })
export type OverlayTarget = z.infer<typeof OverlayTarget>

export const OverlaySummary = z.object({
  sopInstanceUid: SopInstanceUid, seriesUid: SeriesUid, kind: OverlayKind, modality: z.string(), seriesNumber: z.int().nullable(),
  label: z.string(),
  /** What is in it, in words: "2 segments: Liver, Spleen". */
  detail: z.string(),
  targets: z.array(OverlayTarget),
  /** How many images it names, and how many of them are here. */
  imagesNamed: z.int().nonnegative(), imagesHere: z.int().nonnegative(),
  isDrawable: z.boolean(), notDrawableReason: z.string().nullable()
})
export type OverlaySummary = z.infer<typeof OverlaySummary>

/** `GET /api/studies/{uid}/overlays`. `left`: how many more the study has than are listed. */
export const OverlayList = z.object({ overlays: z.array(OverlaySummary), left: z.int().nonnegative() })
export type OverlayList = z.infer<typeof OverlayList>

/** A contour's points are `count` triples of mm from the `from`th on in the bulk, which are doubles x, y, z, little endian. */
export const Contour = z.object({ shape: z.enum(['closed', 'open', 'point']), from: z.int().nonnegative(), count: z.int().positive(), image: SopInstanceUid.nullable() })
export type Contour = z.infer<typeof Contour>
export const Structure = z.object({
  number: z.int(), name: z.string(), type: z.string(), colour: OverlayColour, frameOfReferenceUid: z.string().nullable(), contours: z.array(Contour)
})
export type Structure = z.infer<typeof Structure>
/** RT Structure Set (PS3.3 A.19). `notes`: what of it is not read, as sentences. */
export const ContoursContent = z.object({ kind: z.literal('contours'), label: z.string(), structures: z.array(Structure), notes: z.array(z.string()) })
export type ContoursContent = z.infer<typeof ContoursContent>

/** Where a segmentation's frame lies. Pixel spacing: [between rows, between columns], mm. */
export const MaskPlace = z.object({ positionMm: PointMm, orientation: z.array(z.number()).length(6), pixelSpacingMm: z.tuple([z.number(), z.number()]), halfThicknessMm: z.number() })
export type MaskPlace = z.infer<typeof MaskPlace>
/**
 * The pixels of one segment in one frame, in a box of the frame. Its runs are `bytes` bytes from the `from`th on in the bulk: lengths of alternating
 * runs, the first outside, row by row of the box, each in groups of seven bits, the lowest first, with the top bit set where more follow.
 */
export const SegmentMask = z.object({
  segment: z.int(), frameNumber: z.int().positive(), place: MaskPlace.nullable(), image: ImageReference.nullable(),
  columns: z.int().positive(), rows: z.int().positive(),
  /** First column and row (from 0), then how many of each. */
  box: z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().positive(), z.int().positive()]),
  from: z.int().nonnegative(), bytes: z.int().positive(), pixels: z.int().positive()
})
export type SegmentMask = z.infer<typeof SegmentMask>
export const Segment = z.object({
  number: z.int(), label: z.string(), description: z.string(), category: z.string(), type: z.string(), algorithm: z.string(), colour: OverlayColour,
  /** Over all frames. */
  pixels: z.int().nonnegative(), frames: z.int().nonnegative()
})
export type Segment = z.infer<typeof Segment>
/** Segmentation and Label Map Segmentation (PS3.3 A.51). */
export const SegmentationContent = z.object({
  kind: z.literal('segmentation'), label: z.string(), type: z.enum(['binary', 'fractional', 'labelmap']), frameOfReferenceUid: z.string().nullable(),
  segments: z.array(Segment), masks: z.array(SegmentMask), notes: z.array(z.string())
})
export type SegmentationContent = z.infer<typeof SegmentationContent>

/**
 * A graphic of a report: on an image in pixels ([column, row]; the corner of the first pixel is 0, 0 and its centre 0.5, 0.5: PS3.3 C.18.6), or in
 * the patient in mm. A circle is its centre and a point on it; an ellipse the ends of its long axis, then of its short one.
 */
export const ReportGraphic = z.object({
  shape: z.enum(['point', 'points', 'polyline', 'polygon', 'circle', 'ellipse', 'ellipsoid']),
  place: z.discriminatedUnion('in', [
    z.object({ in: z.literal('image'), image: ImageReference, points: z.array(z.tuple([z.number(), z.number()])) }),
    z.object({ in: z.literal('patient'), frameOfReferenceUid: z.string(), points: z.array(PointMm) })
  ]),
  /** What is drawn beside it: what it is, then its values. */
  lines: z.array(z.string())
})
export type ReportGraphic = z.infer<typeof ReportGraphic>

/** One content item as a line of text. `graphic`: its index in `graphics`. */
export const ReportRow = z.object({
  depth: z.int().nonnegative(), name: z.string(), text: z.string(), isHeading: z.boolean(),
  number: z.object({ value: z.number(), unit: z.string() }).nullable(),
  graphic: z.int().nonnegative().nullable(), image: ImageReference.nullable()
})
export type ReportRow = z.infer<typeof ReportRow>
/** Structured report (PS3.3 A.35), as it is read from top to bottom. */
export const ReportContent = z.object({
  kind: z.literal('report'), title: z.string(), isComplete: z.boolean(), isVerified: z.boolean(), rows: z.array(ReportRow), graphics: z.array(ReportGraphic), notes: z.array(z.string())
})
export type ReportContent = z.infer<typeof ReportContent>

/** Key object selection (PS3.3 A.35.4): why these images, and which. */
export const SelectionContent = z.object({ kind: z.literal('selection'), title: z.string(), note: z.string(), images: z.array(ImageReference) })
export type SelectionContent = z.infer<typeof SelectionContent>

/** Which images a part of a presentation state holds for; none: for all of the state's images. */
const For = z.object({ images: z.array(ImageReference) })
/** [column, row] in pixels as in a report, or parts of the displayed area from its top left (0, 0) to its bottom right (1, 1). */
const Spot = z.object({ units: z.enum(['pixel', 'display']), at: z.tuple([z.number(), z.number()]) })
export const PresentationWindow = For.extend({ center: z.number(), width: z.number(), voiLutFunction: z.string() })
/** Columns and rows from 0, the last ones included. `scale`: screen pixels for one of the image, where the state asks for that. */
export const PresentationArea = For.extend({ from: z.tuple([z.int(), z.int()]), to: z.tuple([z.int(), z.int()]), mode: z.enum(['fit', 'true-size', 'magnify']), scale: z.number().nullable() })
export type PresentationArea = z.infer<typeof PresentationArea>
export const PresentationGraphic = For.extend({
  layer: z.string(), colour: OverlayColour.nullable(), shape: z.enum(['point', 'polyline', 'curve', 'circle', 'ellipse']), isFilled: z.boolean(),
  units: z.enum(['pixel', 'display']), points: z.array(z.tuple([z.number(), z.number()]))
})
export type PresentationGraphic = z.infer<typeof PresentationGraphic>
/** The text stands in its box, or beside its anchor. */
export const PresentationText = For.extend({ layer: z.string(), colour: OverlayColour.nullable(), text: z.string(), anchor: Spot.nullable(), box: z.object({ from: Spot, to: Spot }).nullable() })
export type PresentationText = z.infer<typeof PresentationText>
/** What lies outside is covered. Columns and rows from 0. */
export const PresentationShutter = z.discriminatedUnion('shape', [
  z.object({ shape: z.literal('rectangle'), from: z.tuple([z.number(), z.number()]), to: z.tuple([z.number(), z.number()]) }),
  z.object({ shape: z.literal('circle'), centre: z.tuple([z.number(), z.number()]), radius: z.number() }),
  z.object({ shape: z.literal('polygon'), points: z.array(z.tuple([z.number(), z.number()])) })
])
export type PresentationShutter = z.infer<typeof PresentationShutter>
/** Softcopy presentation state (PS3.3 A.33). The image is turned clockwise first, then mirrored left to right (C.10.6). */
export const PresentationContent = z.object({
  kind: z.literal('presentation'), label: z.string(), description: z.string(), images: z.array(ImageReference),
  quarterTurns: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]), isMirrored: z.boolean(), isInverted: z.boolean(),
  windows: z.array(PresentationWindow), areas: z.array(PresentationArea), graphics: z.array(PresentationGraphic), texts: z.array(PresentationText),
  shutters: z.array(PresentationShutter), notes: z.array(z.string())
})
export type PresentationContent = z.infer<typeof PresentationContent>

/** Encapsulated document (PS3.3 A.45). `GET /api/instances/{uid}/document` gives a PDF's bytes. */
export const DocumentContent = z.object({ kind: z.literal('document'), title: z.string(), mediaType: z.string(), bytes: z.int().nonnegative(), isPdf: z.boolean() })
export type DocumentContent = z.infer<typeof DocumentContent>

export const OverlayContent = z.discriminatedUnion('kind', [ContoursContent, SegmentationContent, ReportContent, SelectionContent, PresentationContent, DocumentContent])
export type OverlayContent = z.infer<typeof OverlayContent>

/** `GET /api/overlays/{uid}`; its points or masks are at `GET /api/overlays/{uid}/bulk` (`bulkBytes` of them; none: no need to ask). */
export const Overlay = z.object({ sopInstanceUid: SopInstanceUid, content: OverlayContent, places: z.array(ImagePlace), bulkBytes: z.int().nonnegative() })
export type Overlay = z.infer<typeof Overlay>
