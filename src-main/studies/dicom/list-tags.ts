import type { TagList, TagRow, TagValue } from '../../../src-shared/tags.ts'
import { readDefinedItems, type DataSet, type Element } from './data-set.ts'
import { DicomFault } from './fault.ts'
import { readCharacterSets } from './header.ts'
import { isPatientData, isPrivateTag } from './patient-data.ts'
import { isKnownCreator, isPrivateCreator, privateCreator, privateName } from './private-names.ts'
import { brief, showValue, whole, type ShownValue } from './tag-values.ts'
import { Tag, formatTag } from './tags.ts'

/** Keyword and VR of a standard attribute; null for private and unknown ones. */
export type Dictionary = (tag: number) => Readonly<{ keyword: string, vr: string }> | null
/** `frameNumber`: the one frame whose own groups are listed; null lists those of all. */
export type TagWish = Readonly<{ search: string, frameNumber: number | null, isCovered: boolean }>
export type ListedTags = Omit<TagList, 'sopInstanceUid'>

const mostRows = 5000
/** A search looks through the whole of a text, but not through megabytes of one. */
const searched = { characters: 100_000, numbers: 10_000, bytes: 16 }

type Sheet = ListedTags & { rows: TagRow[], readonly dictionary: Dictionary, readonly wish: TagWish, readonly words: readonly string[], readonly open: Pending[] }
type Pending = { readonly row: TagRow, isListed: boolean }
/** Where a data set stands: what it inherits from the sequence that holds it. */
type Place = Readonly<{ path: string, depth: number, characterSets: readonly string[], isPatientData: boolean, isWithinHit: boolean }>
type Known = Readonly<{ keyword: string, creator: string, vr: string, isPatientData: boolean }>

/**
 * Attributes of the file, sequences with their items one level deeper, long values cut. With a search: what answers it, what holds that,
 * and what lies within. Covered values are neither told nor searched.
 */
export function listTags(dataSets: readonly DataSet[], dictionary: Dictionary, wish: TagWish): ListedTags {
  const words = wish.search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const sheet: Sheet = { rows: [], total: 0, hits: 0, isListCut: false, frames: 0, dictionary, wish, words, open: [] }
  for (const dataSet of dataSets) listDataSet(sheet, dataSet, { path: '', depth: 0, characterSets: [], isPatientData: false, isWithinHit: false })
  const { rows, total, hits, isListCut, frames } = sheet
  return { rows, total, hits, isListCut, frames }
}

/** The whole of one value. Null where there is no such attribute. */
export function readTagValue(dataSets: readonly DataSet[], dictionary: Dictionary, path: string): TagValue | null {
  const steps = path.split('.')
  for (let dataSet = dataSets.find((one) => one.elements.has(tagOf(steps[0]))), at = 0, characterSets: readonly string[] = []; dataSet !== undefined; at += 2) {
    characterSets = ownCharacterSets(dataSet, characterSets)
    const element = dataSet.elements.get(tagOf(steps[at]))
    if (element === undefined) return null
    const vr = vrOf(element, dictionary(element.tag))
    const items = vr === 'SQ' ? openItems(dataSet, element) : null
    if (at === steps.length - 1) {
      if (items !== null) return null
      const { text, isCut } = showValue(dataSet, element, vr, characterSets, whole)
      return { value: text, bytes: element.length, isCut }
    }
    dataSet = items?.[Number(steps[at + 1])]
  }
  return null
}

function listDataSet(sheet: Sheet, dataSet: DataSet, place: Place): void {
  const characterSets = ownCharacterSets(dataSet, place.characterSets)
  for (const element of dataSet.elements.values()) listElement(sheet, dataSet, element, { ...place, characterSets })
}

function listElement(sheet: Sheet, dataSet: DataSet, element: Element, place: Place): void {
  const known = describe(sheet, dataSet, element, place)
  const items = known.vr === 'SQ' ? openItems(dataSet, element) : null
  const path = `${place.path}${hexOf(element.tag)}`
  sheet.total += 1
  if (items === null) {
    const isCovered = sheet.wish.isCovered && known.isPatientData
    const isOnlyCounted = sheet.isListCut && sheet.words.length === 0
    const shown = isCovered || isOnlyCounted ? unsaid : showValue(dataSet, element, known.vr, place.characterSets, brief)
    const row: TagRow = { ...rowOf(element.tag, path, place.depth, known), kind: shown.isBytes ? 'bytes' : 'value', value: shown.text, isCut: shown.isCut }
    const text = sheet.words.length === 0 || isCovered ? '' : shown.isCut ? showValue(dataSet, element, known.vr, place.characterSets, searched).text : shown.text
    put(sheet, row, text, place)
    return
  }
  const isOfFrames = element.tag === Tag.perFrameFunctionalGroups
  if (isOfFrames) sheet.frames = items.length
  const only = isOfFrames ? sheet.wish.frameNumber : null
  const count = items.length === 1 ? '1 item' : `${items.length} items`
  const row: TagRow = { ...rowOf(element.tag, path, place.depth, known), kind: 'sequence', value: only === null || items.length < 2 ? count : `${count}, of frame ${only} here` }
  const isWithinHit = put(sheet, row, '', place) || place.isWithinHit
  within(sheet, row, () => {
    for (const [index, item] of items.entries()) {
      if (only === null || index === only - 1) listItem(sheet, item, { ...place, path: `${path}.${index}`, isPatientData: known.isPatientData, isWithinHit }, `${isOfFrames ? 'Frame' : 'Item'} ${index + 1}`)
    }
  })
}

function listItem(sheet: Sheet, item: DataSet, place: Place, keyword: string): void {
  const row: TagRow = { ...rowOf(0xfffee000, place.path, place.depth + 1, { keyword, creator: '', vr: '', isPatientData: place.isPatientData }), kind: 'item' }
  if (sheet.words.length === 0 || place.isWithinHit) list(sheet, row)
  within(sheet, row, () => { listDataSet(sheet, item, { ...place, path: `${place.path}.`, depth: place.depth + 2 }) })
}

/** What holds a hit is listed before it, once. */
function within(sheet: Sheet, row: TagRow, work: () => void): void {
  sheet.open.push({ row, isListed: sheet.rows.at(-1) === row })
  work()
  sheet.open.pop()
}

/** True where the row answers the search. */
function put(sheet: Sheet, row: TagRow, searchedValue: string, place: Place): boolean {
  if (sheet.words.length === 0) {
    list(sheet, row)
    return false
  }
  const text = [row.tag, hexTail(row.path), row.keyword, row.creator, row.vr, searchedValue].join(' ').toLowerCase()
  const isHit = sheet.words.every((word) => text.includes(word))
  if (isHit) sheet.hits += 1
  if (isHit || place.isWithinHit) {
    row.isHit = isHit
    list(sheet, row)
  }
  return isHit
}

function list(sheet: Sheet, row: TagRow): void {
  const missing = sheet.open.filter(({ isListed }) => !isListed)
  if (sheet.rows.length + missing.length >= mostRows) {
    sheet.isListCut = true
    return
  }
  for (const pending of missing) {
    sheet.rows.push(pending.row)
    pending.isListed = true
  }
  sheet.rows.push(row)
}

const unsaid: ShownValue = { text: '', isCut: false, isBytes: false }

/** What lies in a sequence that identifies somebody does so too; so may an attribute that no edition of the standard knows. */
function describe({ dictionary, wish }: Sheet, dataSet: DataSet, element: Element, place: Place): Known {
  const entry = dictionary(element.tag)
  const vr = vrOf(element, entry)
  const creator = privateCreator(dataSet, element.tag)
  const keyword = entry?.keyword ?? (isPrivateCreator(element.tag) ? 'PrivateCreator' : privateName(element.tag, creator))
  const isUnknown = entry === null && (element.tag & 0xffff) !== 0
  return { keyword, vr, creator: wish.isCovered && !isKnownCreator(creator) ? '' : creator, isPatientData: place.isPatientData || isUnknown || isPatientData(element.tag, vr) }
}

function rowOf(tag: number, path: string, depth: number, { keyword, creator, vr, isPatientData: isPersonal }: Known): Omit<TagRow, 'kind'> {
  return { path, tag: formatTag(tag), keyword, creator, vr, value: '', depth, isCut: false, isPrivate: isPrivateTag(tag), isPatientData: isPersonal, isHit: false }
}

function vrOf(element: Element, entry: ReturnType<Dictionary>): string {
  return element.vr === '' || element.vr === 'UN' ? entry?.vr ?? (element.vr || 'UN') : element.vr
}

/** An item may name character sets of its own (PS3.3 C.12.1.1.2). */
function ownCharacterSets(dataSet: DataSet, inherited: readonly string[]): readonly string[] {
  return dataSet.elements.has(Tag.specificCharacterSet) ? readCharacterSets(dataSet) : inherited
}

/** Null where what should be a sequence is none: its bytes are shown instead. */
function openItems(dataSet: DataSet, element: Element): readonly DataSet[] | null {
  if (element.items !== null) return element.items
  try {
    return readDefinedItems(dataSet, element)
  } catch (error) {
    if (error instanceof DicomFault || error instanceof RangeError) return null
    throw error
  }
}

const hexOf = (tag: number) => tag.toString(16).padStart(8, '0').toUpperCase()
const hexTail = (path: string) => path.slice(-8)
const tagOf = (hex: string | undefined) => Number.parseInt(hex ?? '', 16)
