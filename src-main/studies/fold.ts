/**
 * Text as the search compares it: no accents, no case, no punctuation of person names, as stored or as shown. "Jérôme^BUC" and "jerome buc" are alike.
 * Marks are stripped after decomposition, but only combining ones of Latin, Greek and Cyrillic: Japanese voicing marks are letters.
 */
export function fold(value: string): string {
  return value.normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '').normalize('NFC').toLowerCase().replaceAll(/[\^=,·]+/g, ' ').trim()
}

/** The words of a search, each as a pattern of SQL LIKE with `\` as escape. */
export function searchPatterns(search: string): string[] {
  return fold(search).split(/\s+/).filter((word) => word !== '').map((word) => `%${word.replaceAll(/[\\%_]/g, (found) => `\\${found}`)}%`)
}
