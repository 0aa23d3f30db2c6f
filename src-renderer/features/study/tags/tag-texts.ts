import type { TagRow } from '../../../../src-shared/tags.ts'

export const coveredText = 'covered'

/** What is shown in place of a value. A covered one has none here: the edge did not send it. */
export function valueText({ isPatientData, kind, value }: Pick<TagRow, 'isPatientData' | 'kind' | 'value'>, isCovered: boolean): string {
  return isCovered && isPatientData && kind !== 'item' && kind !== 'sequence' ? coveredText : visible(value)
}

export function nameOf({ keyword, isPrivate }: Pick<TagRow, 'keyword' | 'isPrivate'>): string {
  return keyword === '' ? (isPrivate ? 'Private attribute' : 'Unknown attribute') : keyword
}

/** A row as others read it: nesting by `>` as in dumps of DICOM files, then tag, VR, name, value, parted by tabs. */
export function rowText(row: TagRow, isCovered: boolean): string {
  const tag = row.kind === 'item' ? '' : row.tag
  return [`${'>'.repeat(row.depth)}${tag}`, row.vr, nameOf(row), valueText(row, isCovered)].map((part) => part.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')
}

/**
 * Letters that a file can hold and no screen should obey: control characters as their pictures, marks that turn the direction of what
 * follows as U+FFFD. Line ends stay.
 */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (letter) => {
    const code = letter.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd'
  })
}

export type TextPart = Readonly<{ text: string, isMatch: boolean }>

/** Cuts a text where the words of a search lie in it. Overlapping matches are one. */
export function matchedParts(text: string, words: readonly string[]): TextPart[] {
  const lower = text.toLowerCase()
  // Where lower case has another length the places would not fit: nothing is marked then.
  if (words.length === 0 || lower.length !== text.length) return [{ text, isMatch: false }]
  const marks = new Uint8Array(text.length)
  for (const word of words.filter(({ length }) => length > 0)) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) marks.fill(1, at, at + word.length)
  }
  const parts: { text: string, isMatch: boolean }[] = []
  for (let at = 0; at < text.length;) {
    const isMatch = marks[at] === 1
    let end = at + 1
    while (end < text.length && (marks[end] === 1) === isMatch) end += 1
    parts.push({ text: text.slice(at, end), isMatch })
    at = end
  }
  return parts
}

export const wordsOf = (search: string): string[] => search.toLowerCase().split(/\s+/).filter((word) => word !== '')
