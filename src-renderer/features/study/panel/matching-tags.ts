import type { TagRow } from '../../../../src-shared/studies.ts'

/** Rows that hold every word of the search, in tag, keyword, VR or value. What is covered can't be found by its value either. */
export function matchingTags(rows: readonly TagRow[], search: string, isCovered: boolean): readonly TagRow[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  return rows.filter((row) => {
    const text = [row.tag, row.keyword, row.vr, isCovered && row.isPatientData ? '' : row.value].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
