// Writes resources/dicom-dictionary.json: keyword and VR of each standard attribute (PS3.6), taken from dcmjs (MIT), which generates it from the standard.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { data } from 'dcmjs'

// Attributes whose VR depends on others are listed by the commoner one.
const choices = { xs: 'US', ox: 'OW', lt: 'OW', up: 'UL' }
const vrOf = (vr) => choices[vr] ?? (/^[A-Z]{2}/.exec(vr)?.[0] ?? 'UN')
const entries = Object.values(data.DicomMetaDictionary.nameMap)
  .filter(({ tag, name }) => /^\([0-9A-F]{4},[0-9A-F]{4}\)$/.test(tag ?? '') && name)
  .map(({ tag, name, vr }) => [tag.replaceAll(/[(),]/g, ''), `${name.replace(/^RETIRED_/, '')} ${vrOf(vr)}`])
  .toSorted(([a], [b]) => a < b ? -1 : 1)
writeFileSync(join(import.meta.dirname, '..', 'resources', 'dicom-dictionary.json'), `${JSON.stringify(Object.fromEntries(entries)).replaceAll('","', '",\n"')}\n`)
