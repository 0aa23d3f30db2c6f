/**
 * A DICOM person name (PS3.5 6.2.1) as one reads it: "Family, Given Middle, Prefix Suffix"; the ideographic and phonetic forms follow in
 * brackets. A name that is no such value stays as it is.
 */
export function personName(value: string): string {
  const [first, ...others] = value.split('=').map(oneForm).filter((form) => form !== '')
  if (first === undefined) return ''
  return others.length === 0 ? first : `${first} (${others.join(' · ')})`
}

function oneForm(form: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = form.split('^').map((part) => part.trim())
  const together = [[given, middle], [prefix, suffix]].map((parts) => parts.filter((part) => part !== '').join(' '))
  return [family, ...together].filter((part) => part !== '').join(', ')
}
