import { z } from 'zod'
import { Instant, PointMm, RowId, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'

/** What is doubtful about a series' geometry. Each is computed from Image Position and Orientation (Patient), never from a tag that says so. */
export const seriesWarningCodes = [
  'uneven-spacing', 'missing-slices', 'gantry-tilt', 'duplicate-position', 'mixed-orientation', 'mixed-size', 'mixed-spacing',
  'no-position', 'no-pixel-spacing', 'single-slice', 'thick-slices', 'mixed-frame-of-reference', 'unsupported-transfer-syntax', 'lossy', 'several-stacks'
] as const
export const SeriesWarning = z.enum(seriesWarningCodes)
export type SeriesWarning = z.infer<typeof SeriesWarning>

/** Why one file was not taken in, or taken in with a note. */
export const rejectionCodes = [
  'not-dicom', 'truncated', 'no-pixel-data', 'wrong-length', 'header-too-large', 'same-uid-other-bytes', 'invalid-uid', 'uid-in-other-series',
  'zip-bomb', 'zip-unsafe-path', 'zip-damaged', 'zip-encrypted', 'unreadable', 'empty', 'disk-full', 'unsupported-object', 'dicomdir', 'malformed', 'too-large', 'program'
] as const
export const RejectionCode = z.enum(rejectionCodes)
export type RejectionCode = z.infer<typeof RejectionCode>

/** `path` is relative to what the user chose; `reason` a sentence that says what is wrong and what to do. */
export const Rejection = z.object({ path: z.string(), code: RejectionCode, reason: z.string() })
export type Rejection = z.infer<typeof Rejection>

export const SeriesSummary = z.object({
  seriesUid: SeriesUid,
  modality: z.string(),
  description: z.string(),
  instances: z.int(),
  rows: z.int().nullable(), columns: z.int().nullable(),
  transferSyntaxUid: z.string(),
  /** [between rows, between columns], mm. */
  pixelSpacingMm: z.tuple([z.number(), z.number()]).nullable(),
  sliceSpacingMm: z.number().nullable(),
  gantryTiltDeg: z.number(),
  warnings: z.array(SeriesWarning)
})
export type SeriesSummary = z.infer<typeof SeriesSummary>

/** `vigil import --json` and `POST /api/ct/upload`: the stable answer for scripts. */
export const ImportResult = z.object({
  imported: z.int(), duplicates: z.int(),
  rejected: z.array(Rejection),
  studies: z.array(z.object({ studyUid: StudyUid, patientName: z.string(), studyDate: z.string().nullable(), series: z.array(SeriesSummary) }))
})
export type ImportResult = z.infer<typeof ImportResult>

export const ImportState = z.enum(['receiving', 'running', 'done', 'cancelled', 'failed', 'interrupted'])

/** One import as the tray shows it. `total` is null while files are still being counted. */
export const ImportProgress = z.object({
  id: RowId, label: z.string(), state: ImportState,
  done: z.int(), total: z.int().nullable(), bytesDone: z.number(),
  imported: z.int(), duplicates: z.int(), rejected: z.int(),
  filesPerSecond: z.number().nullable(), megabytesPerSecond: z.number().nullable(),
  message: z.string().nullable(), startedAt: Instant, finishedAt: Instant.nullable(), studyUids: z.array(StudyUid)
})
export type ImportProgress = z.infer<typeof ImportProgress>

export const ImportSummary = z.object({ progress: ImportProgress, rejections: z.array(Rejection) })
export type ImportSummary = z.infer<typeof ImportSummary>

/** `paths`: absolute, on this machine (desktop shell and CLI). */
export const ImportPathsRequest = z.object({ paths: z.array(z.string().min(1)).min(1) })
export type ImportPathsRequest = z.infer<typeof ImportPathsRequest>

/** Opens an import into which files are then PUT one by one: `PUT /api/imports/{id}/files?path=…`, closed by `POST /api/imports/{id}/finish`. */
export const ImportUploadRequest = z.object({ label: z.string().max(200).default('Dropped files'), total: z.int().nonnegative().nullable().default(null) })
export type ImportUploadRequest = z.infer<typeof ImportUploadRequest>

export const StudyStatus = z.enum(['new', 'analysing', 'needs-review', 'signed', 'failed'])
export type StudyStatus = z.infer<typeof StudyStatus>

export const WorklistRow = z.object({
  studyUid: StudyUid,
  patientName: z.string(), patientId: z.string(), birthDate: z.string().nullable(), sex: z.string(),
  /** YYYY-MM-DD and HH:MM:SS as in the study, no time zone. */
  studyDate: z.string().nullable(), studyTime: z.string().nullable(),
  modalities: z.array(z.string()), bodyPart: z.string(), description: z.string(), accessionNumber: z.string(),
  seriesCount: z.int(), instanceCount: z.int(),
  status: StudyStatus,
  /** 0 to 1 while analysing. */
  progress: z.number().nullable(),
  /** "2 stones, largest 7.2 mm"; empty when there is nothing to say. */
  findings: z.string(),
  assignedTo: z.string().nullable(),
  importedAt: Instant,
  warnings: z.int()
})
export type WorklistRow = z.infer<typeof WorklistRow>

export const worklistSorts = ['patientName', 'studyDate', 'modality', 'bodyPart', 'description', 'instanceCount', 'status', 'importedAt'] as const
export const WorklistQuery = z.object({
  search: z.string().max(200).default(''),
  status: StudyStatus.optional(),
  modality: z.string().max(16).optional(),
  from: z.iso.date().optional(), to: z.iso.date().optional(),
  sort: z.enum(worklistSorts).default('importedAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100)
})
export type WorklistQuery = z.infer<typeof WorklistQuery>

/** `total` counts the rows that match; `statuses` and `modalities` count over all studies, for the chips. */
export const Worklist = z.object({
  total: z.int(), rows: z.array(WorklistRow),
  statuses: z.record(z.string(), z.int()), modalities: z.record(z.string(), z.int())
})
export type Worklist = z.infer<typeof Worklist>

/** The patient plane that slices lie in, within 37 degrees; `other` where they lie between. */
export const SliceOrientation = z.enum(['axial', 'sagittal', 'coronal', 'other'])
export type SliceOrientation = z.infer<typeof SliceOrientation>

export const StudySeries = SeriesSummary.extend({
  seriesNumber: z.int().nullable(), bodyPart: z.string(), frames: z.int(), frameOfReferenceUid: z.string().nullable(),
  /** false where nothing can be drawn: SR, RTSTRUCT, or a transfer syntax without a codec. */
  isViewable: z.boolean(), notViewableReason: z.string().nullable(),
  geometryNote: z.string().nullable(),
  /** How its slices lie; null where they have no place. Not there in a summary that an older version kept. */
  orientation: SliceOrientation.nullable().optional(),
  /** Image Type says that it was made to plan the others (PS3.3 C.8.2.1.1.1, C.8.3.1.1.1). */
  isLocalizer: z.boolean().optional()
})
export type StudySeries = z.infer<typeof StudySeries>

export const StudyDetail = z.object({ study: WorklistRow, series: z.array(StudySeries) })
export type StudyDetail = z.infer<typeof StudyDetail>

/** `basis`: where the millimetres come from. Detector spacing must never pass for body spacing (PS3.3 10.7). */
export const SpacingBasis = z.enum(['body', 'detector', 'ultrasound-region', 'none'])
export type SpacingBasis = z.infer<typeof SpacingBasis>

/** What else a header says of its pixel spacing; each part only where it says so. */
export const SpacingFacts = z.object({
  /** How much larger things stand on the detector than they are: Estimated Radiographic Magnification Factor (0018,1114), else the quotient of the distances (0018,1110) and (0018,1111). */
  magnification: z.object({ factor: z.number().min(1), source: z.enum(['factor', 'distances']) }).optional(),
  /** How a projection's Pixel Spacing came to be the body's (0028,0A02; PS3.3 10.7.1.3). */
  calibration: z.enum(['geometry', 'fiducial', 'unspecified']).optional(),
  /** The regions of an ultrasound picture that the spacing holds for: first column, first row, last column, last row, from 0 (PS3.3 C.8.5.5.1.1). */
  regionsPx: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).optional(),
  /** Height over width of a pixel that has no spacing, where it is not square (0028,0034). */
  pixelAspect: z.number().positive().optional()
})
export type SpacingFacts = z.infer<typeof SpacingFacts>

/** Everything a viewer needs to draw one frame, so that it never has to parse DICOM. Names follow DICOM's attributes. */
export const FrameDescription = z.object({
  sopInstanceUid: SopInstanceUid, frameNumber: z.int().positive(),
  instanceNumber: z.int().nullable(),
  positionMm: PointMm.nullable(),
  /** Along the series normal, mm. */
  alongNormalMm: z.number().nullable(),
  rescaleSlope: z.number(), rescaleIntercept: z.number(), rescaleType: z.string(),
  windowCenters: z.array(z.number()), windowWidths: z.array(z.number()),
  /** Encoded size in bytes, for a progress bar. */
  bytes: z.number(),
  /** Only where they differ from the series' own. */
  pixel: z.lazy(() => PixelDescription).optional(),
  orientation: z.array(z.number()).length(6).optional(),
  pixelSpacingMm: z.tuple([z.number(), z.number()]).optional(), spacingBasis: SpacingBasis.optional(),
  spacingFacts: SpacingFacts.optional(),
  suvFactor: z.number().positive().optional(),
  /** Which of the series' overlay planes lie over this frame. */
  overlays: z.array(z.int().nonnegative()).optional()
})
export type FrameDescription = z.infer<typeof FrameDescription>

/** `descriptor`: entries, first value mapped, bits of an entry; `data`: base64 of little-endian uint16 (PS3.3 C.11.1.1). Values before the first take the first entry, those after the last the last. */
export const LookupTable = z.object({ descriptor: z.tuple([z.int().positive(), z.int(), z.int()]), data: z.string() })
export type LookupTable = z.infer<typeof LookupTable>

/**
 * An overlay plane (PS3.3 C.9.2). `origin`: row and column, from 1, of the image pixel under its first bit. `firstFrame`: the image frame
 * its first frame lies over; null for a plane over all frames. `bits`: base64 of all its frames a bit a pixel, lowest bit first, row after row without padding,
 * packed by `packBits`.
 */
export const OverlayPlane = z.object({
  group: z.int(), rows: z.int().positive(), columns: z.int().positive(), origin: z.tuple([z.int(), z.int()]), frames: z.int().positive(), firstFrame: z.int().positive().nullable(),
  kind: z.enum(['graphics', 'roi']), label: z.string(), bits: z.string()
})
export type OverlayPlane = z.infer<typeof OverlayPlane>

/** `factor`: a rescaled value times it is the standardized uptake value; a frame may have its own. `none`: why there is none, in a sentence. */
export const SuvScale = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['bw', 'lbm', 'bsa', 'ibw']), factor: z.number().positive(), reason: z.null() }),
  z.object({ kind: z.literal('none'), reason: z.string() })
])
export type SuvScale = z.infer<typeof SuvScale>

/** How a multi-frame image wants to be played (PS3.3 C.7.6.5). `intervalsMs`: after each frame, only where they are not all the same. */
export const CineFacts = z.object({
  ratePerS: z.number().positive(), source: z.enum(['recommended-rate', 'cine-rate', 'frame-time', 'frame-time-vector']),
  intervalsMs: z.array(z.number().nonnegative()).optional(), isSweeping: z.boolean()
})
export type CineFacts = z.infer<typeof CineFacts>

/** One of several stacks at the same places (phases, echoes, image types): `count` frames from `firstIndex` on. */
export const FrameStack = z.object({ label: z.string(), firstIndex: z.int().nonnegative(), count: z.int().positive() })

export const PixelDescription = z.object({
  sopClassUid: z.string(), transferSyntaxUid: z.string(),
  rows: z.int(), columns: z.int(), samplesPerPixel: z.int(), photometricInterpretation: z.string(), planarConfiguration: z.int(),
  bitsAllocated: z.int(), bitsStored: z.int(), highBit: z.int(), pixelRepresentation: z.int(),
  pixelPaddingValue: z.number().nullable(), voiLutFunction: z.string(),
  smallestPixelValue: z.number().nullable(), largestPixelValue: z.number().nullable(),
  /** Base64 of little-endian uint16 palettes with their descriptors [entries, first value mapped, bits]. */
  palette: z.object({ descriptor: z.array(z.array(z.int())), red: z.string(), green: z.string(), blue: z.string() }).nullable(),
  /** With `pixelPaddingValue` the ends of a range of stored values that are no image (PS3.3 C.7.5.1.1.2). */
  pixelPaddingRangeLimit: z.number().optional(),
  /** `palette` colours the stored values from its first one on; those below are grey (PS3.3 C.8.16.2.1.1.1). */
  hasSupplementalPalette: z.literal(true).optional(),
  /** Presentation LUT Shape INVERSE: the lowest value is white, as in MONOCHROME1. */
  isPresentationInverse: z.literal(true).optional(),
  /** Stored values go through it, in place of slope and intercept. `type` is the unit of what comes out. */
  modalityLut: LookupTable.extend({ type: z.string() }).optional(),
  /** From rescaled values to brightness, as alternatives to the windows. */
  voiLuts: z.array(LookupTable.extend({ name: z.string() })).optional()
})
export type PixelDescription = z.infer<typeof PixelDescription>

/** One compact description of a series; `frames` in geometric order where there is one, else in instance order. */
export const SeriesDescription = z.object({
  seriesUid: SeriesUid, studyUid: StudyUid, modality: z.string(), description: z.string(), seriesNumber: z.int().nullable(),
  /** Image Type (0008,0008) of the first frame: original or derived, primary or secondary, localizer, reformat (PS3.3 C.7.6.1.1.2). */
  imageType: z.array(z.string()),
  patient: z.object({ name: z.string(), id: z.string(), birthDate: z.string().nullable(), sex: z.string(), age: z.string() }),
  studyDate: z.string().nullable(), studyDescription: z.string(),
  frameOfReferenceUid: z.string().nullable(),
  orientation: z.array(z.number()).length(6).nullable(),
  pixelSpacingMm: z.tuple([z.number(), z.number()]).nullable(), spacingBasis: SpacingBasis,
  sliceSpacingMm: z.number().nullable(), sliceThicknessMm: z.number().nullable(), gantryTiltDeg: z.number(),
  /** One even, untilted stack: volume tools and MPR are allowed. */
  isVolume: z.boolean(), notVolumeReason: z.string().nullable(),
  warnings: z.array(SeriesWarning), warningTexts: z.array(z.string()),
  technique: z.object({ kvp: z.number().nullable(), mas: z.number().nullable(), kernel: z.string(), contrastAgent: z.string(), manufacturer: z.string(), model: z.string(), patientPosition: z.string() }),
  pixel: PixelDescription,
  frameTimeMs: z.number().nullable(),
  cine: CineFacts.optional(),
  /** PET only. */
  suv: SuvScale.optional(),
  overlays: z.array(OverlayPlane).optional(),
  /** Where the series holds more than one. */
  stacks: z.array(FrameStack).optional(),
  frames: z.array(FrameDescription)
})
export type SeriesDescription = z.infer<typeof SeriesDescription>
