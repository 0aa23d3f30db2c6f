import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { DeidentifyKeep } from '../../../src-shared/sync.ts'
import type { Dictionary } from '../dicom/list-tags.ts'

/** Actions of PS3.15 table E.1-1. Where it leaves a choice (X/Z, X/D …) the one that keeps the attribute is taken: an IOD may require it. */
const Action = z.enum(['D', 'Z', 'X', 'U', 'Z/D', 'X/Z', 'X/D', 'X/Z/D', 'X/Z/U*'])
const File = z.object({ source: z.string(), actions: z.record(z.string().regex(/^[0-9A-F]{8}$/), Action) })
/** `keep` as it is, `empty`, a `dummy` of its VR, `remove`, `uid` mapped, `shift` a date, `clean` the items of a sequence. */
export type Act = 'keep' | 'empty' | 'dummy' | 'remove' | 'uid' | 'shift' | 'clean'
export type Profile = Readonly<{ actOf: (tag: number, vr: string) => Act, source: string, table: ReadonlyMap<number, z.infer<typeof Action>> }>

const acts: Readonly<Record<z.infer<typeof Action>, Act>> = { D: 'dummy', Z: 'empty', X: 'remove', U: 'uid', 'Z/D': 'dummy', 'X/Z': 'empty', 'X/D': 'dummy', 'X/Z/D': 'dummy', 'X/Z/U*': 'clean' }
const keeps: Readonly<Record<Exclude<DeidentifyKeep, 'dates-full' | 'dates-modified' | 'uids'>, ReadonlySet<number>>> = {
  'patient-characteristics': new Set([0x00100040, 0x00101010, 0x00101020, 0x00101030, 0x00102160, 0x001021a0, 0x001021c0, 0x00102203]),
  device: new Set([0x00081010, 0x00181000, 0x00181002, 0x00181005, 0x00181007, 0x00181008, 0x0018700a, 0x00189367, 0x00189371]),
  institution: new Set([0x00080080, 0x00080081, 0x00080082, 0x00081040, 0x00081041])
}
const dateVrs = new Set(['DA', 'DT', 'TM'])
/** Of the person and not of the study: no option about dates keeps them. */
const personal = new Set([0x00100030, 0x00100032, 0x00100033, 0x00100034, 0x00380020, 0x00380021])
/** Free text and names that the table does not know are not trusted either. */
const wordy = new Set(['PN', 'LT', 'ST', 'UT', 'UR'])
const safeText = new Set([0x00080005])

/** The basic profile with what is to be kept. Whatever no table and no dictionary knows goes. */
export function openProfile(file: string, dictionary: Dictionary, keep: readonly DeidentifyKeep[]): Profile {
  const { source, actions } = File.parse(JSON.parse(readFileSync(file, 'utf8')))
  const table = new Map(Object.entries(actions).map(([tag, action]) => [Number.parseInt(tag, 16), action]))
  const kept = new Set(keep.flatMap((one) => (one === 'dates-full' || one === 'dates-modified' || one === 'uids' ? [] : [...keeps[one]])))
  const dates: Act | null = keep.includes('dates-full') ? 'keep' : keep.includes('dates-modified') ? 'shift' : null
  const actOf = (tag: number, vr: string): Act => {
    const group = tag >>> 16
    // Private attributes, curves, and overlays, which may be drawn words.
    if (group % 2 === 1 || (group >= 0x5000 && group <= 0x50ff) || (group >= 0x6000 && group <= 0x60ff)) return 'remove'
    const known = dictionary(tag)
    if (known === null) return 'remove'
    if (kept.has(tag)) return 'keep'
    const isDate = dateVrs.has(vr === '' ? known.vr : vr) && !personal.has(tag)
    const action = table.get(tag)
    if (isDate && dates !== null) return dates === 'shift' && (vr === 'TM' || known.vr === 'TM') ? 'keep' : dates
    if (action === 'U') return keep.includes('uids') ? 'keep' : 'uid'
    if (action !== undefined) return acts[action]
    if (known.vr === 'SQ' || vr === 'SQ') return 'clean'
    return isDate || (wordy.has(known.vr) && !safeText.has(tag)) ? 'remove' : 'keep'
  }
  return { actOf, source, table }
}

/** Codes of PS3.16 CID 7050 for what was done, into De-identification Method Code Sequence. */
export const methodCodes: Readonly<Record<'basic' | DeidentifyKeep, readonly [code: string, meaning: string]>> = {
  basic: ['113100', 'Basic Application Confidentiality Profile'],
  'dates-full': ['113106', 'Retain Longitudinal Temporal Information Full Dates Option'], 'dates-modified': ['113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
  'patient-characteristics': ['113108', 'Retain Patient Characteristics Option'], device: ['113109', 'Retain Device Identity Option'], uids: ['113110', 'Retain UIDs Option'], institution: ['113112', 'Retain Institution Identity Option']
}
