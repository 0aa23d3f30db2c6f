import { z } from 'zod'
import { SopInstanceUid } from './ids.ts'

/** Where an attribute lies in its file: tags in hex and item numbers from 0, as in "00081140.0.00081155". */
export const TagPath = z.string().regex(/^[0-9A-F]{8}(?:\.\d{1,6}\.[0-9A-F]{8})*$/).max(1000)

/**
 * One attribute as it is listed. `value` is ready to read and cut where it is long (`isCut`); empty where it is covered. `creator`: who
 * defined a private one. `isHit`: answers the search itself, rather than holding or lying within what does.
 */
export const TagRow = z.object({
  path: z.string(), kind: z.enum(['value', 'bytes', 'sequence', 'item']),
  tag: z.string(), keyword: z.string(), creator: z.string(), vr: z.string(), value: z.string(), depth: z.int().nonnegative(),
  isCut: z.boolean(), isPrivate: z.boolean(), isPatientData: z.boolean(), isHit: z.boolean()
})
export type TagRow = z.infer<typeof TagRow>

/**
 * `GET /api/instances/{uid}/tags`. `frame`: of the functional groups of single frames only this one's; without it, all of them. `covered`:
 * patient data are left out of the answer, so that nothing in the window can find, copy or read them.
 */
export const TagQuery = z.object({
  search: z.string().max(200).default(''),
  frame: z.coerce.number().int().positive().optional(),
  covered: z.enum(['0', '1']).default('0')
})
export type TagQuery = z.infer<typeof TagQuery>

/** `total`: attributes of the file; `hits`: those that answer the search; `isListCut`: more rows would follow. `frames`: how many frames have groups of their own; 0 where none has. */
export const TagList = z.object({
  sopInstanceUid: SopInstanceUid, rows: z.array(TagRow),
  total: z.int(), hits: z.int(), isListCut: z.boolean(), frames: z.int()
})
export type TagList = z.infer<typeof TagList>

/** `GET /api/instances/{uid}/tags/{path}`: the whole of one value, or as much of it as fits a screen. */
export const TagValue = z.object({ value: z.string(), bytes: z.number(), isCut: z.boolean() })
export type TagValue = z.infer<typeof TagValue>

/** `GET /api/series/{uid}/instances`: every stored file of a series in the order of its images, also where nothing can be drawn. */
export const InstanceList = z.object({ sopInstanceUids: z.array(SopInstanceUid) })
export type InstanceList = z.infer<typeof InstanceList>
