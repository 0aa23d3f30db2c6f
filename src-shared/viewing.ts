import { z } from 'zod'
import { Instant, RowId, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'
import { SliceOrientation } from './studies.ts'

/** What a pane makes of its series. `stack`: the images as they are; the planes are cut through the volume; `volume` and `stones` are drawn in three dimensions; `fusion`: PET over CT. */
export const paneModes = ['stack', 'axial', 'sagittal', 'coronal', 'oblique', 'volume', 'stones', 'fusion'] as const
export const PaneMode = z.enum(paneModes)
export type PaneMode = z.infer<typeof PaneMode>

/** How a thick slab makes one value of many: the largest, the smallest, the mean. */
export const SlabMode = z.enum(['mip', 'minip', 'average'])
export type SlabMode = z.infer<typeof SlabMode>
export const Slab = z.object({ mode: SlabMode, thicknessMm: z.number().min(0).max(500) })
export type Slab = z.infer<typeof Slab>

/** Rows and columns of panes, 1 to 3 each. */
export const PaneGrid = z.object({ rows: z.int().min(1).max(3), columns: z.int().min(1).max(3) })
export type PaneGrid = z.infer<typeof PaneGrid>

/** How a series is found again in another study: the best match by description and orientation among those of its modality; `order` decides between equals. */
export const SeriesRule = z.object({
  modality: z.string().max(16), description: z.string().max(200),
  orientation: SliceOrientation.nullable(), order: z.int().nonnegative()
})
export type SeriesRule = z.infer<typeof SeriesRule>

/** `study`: the one that is read, or the newest earlier one of the same patient. */
export const PaneRule = z.object({
  study: z.enum(['current', 'prior']), series: SeriesRule.nullable(), mode: PaneMode,
  slab: Slab.nullable(), window: z.object({ center: z.number(), width: z.number().positive() }).nullable(), isInverted: z.boolean()
})
export type PaneRule = z.infer<typeof PaneRule>

/** `modality` and `bodyPart` as the worklist has them, upper case; an empty body part means any. `panes` row by row, rows × columns of them. */
export const HangingProtocol = PaneGrid.extend({
  id: RowId, name: z.string().min(1).max(80), modality: z.string().min(1).max(16), bodyPart: z.string().max(64),
  panes: z.array(PaneRule).min(1).max(9), isLinked: z.boolean(),
  revision: z.int().nonnegative(), updatedAt: Instant
})
export type HangingProtocol = z.infer<typeof HangingProtocol>
/** `PUT /api/hanging-protocols/{id}`: creates (revision 0) or replaces (revision seen). One protocol for each modality and body part of a clinician: saving a second replaces the first. */
export const HangingProtocolWrite = HangingProtocol.omit({ updatedAt: true })
  .refine(({ rows, columns, panes }) => panes.length === rows * columns, { path: ['panes'], message: 'There must be as many panes as rows times columns.' })
export type HangingProtocolWrite = z.infer<typeof HangingProtocolWrite>
export const HangingProtocolList = z.object({ protocols: z.array(HangingProtocol) })

/** Command id to its chords, only where they differ from the defaults; an empty list takes the key away. */
export const KeyMap = z.record(z.string().max(80), z.array(z.string().min(1).max(40)).max(4))
  .refine((keys) => Object.keys(keys).length <= 500, 'There are more keys than commands.')
export type KeyMap = z.infer<typeof KeyMap>
/** `PUT /api/viewer-preferences` carries the revision seen; 0 where nothing was kept yet. */
export const ViewerPreferences = z.object({ keys: KeyMap, revision: z.int().nonnegative() })
export type ViewerPreferences = z.infer<typeof ViewerPreferences>

/** An image marked as telling the case. */
export const KeyImage = z.object({
  id: RowId, studyUid: StudyUid, seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid, frameNumber: z.int().positive(),
  note: z.string().max(200), revision: z.int().nonnegative(), createdBy: z.string(), createdByName: z.string(), createdAt: Instant
})
export type KeyImage = z.infer<typeof KeyImage>
/** `PUT /api/key-images/{id}`: creates (revision 0) or changes the note (revision seen). The id is made by the window, so a repeat is no second row. */
export const KeyImageWrite = KeyImage.omit({ createdBy: true, createdByName: true, createdAt: true })
export type KeyImageWrite = z.infer<typeof KeyImageWrite>
export const KeyImageList = z.object({ keyImages: z.array(KeyImage) })

/**
 * Other studies of the same patient, newest first: `GET /api/studies/{uid}/priors`. Same patient means equal Patient ID and birth date,
 * both present, and neither issuer nor sex that contradict. `hasOtherName`: the names differ, by marriage or because an id was given
 * twice; the eye decides, nothing hangs such a study by itself.
 */
export const PriorStudy = z.object({
  studyUid: StudyUid, studyDate: z.string().nullable(), studyTime: z.string().nullable(), description: z.string(), modalities: z.array(z.string()), bodyPart: z.string(),
  isEarlier: z.boolean(), hasOtherName: z.boolean()
})
export type PriorStudy = z.infer<typeof PriorStudy>
export const PriorList = z.object({ priors: z.array(PriorStudy) })
