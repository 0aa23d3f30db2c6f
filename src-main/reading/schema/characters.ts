/** Letters, marks, digits, punctuation and symbols of any script, spaces, and the two joiners that scripts and emoji need. */
const writable = String.raw`\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\u200c\u200d`
const onlyWritable = new RegExp(`^[${writable}]*$`, 'u')
const neverWritten = /["\\\ufffd]/
const gap = /^\p{Zs}$/u
/** Spaces, joiners, marks without their letter, and the letters that Unicode draws as nothing. */
const blank = /^[\u200d\u200c\p{Zs}\p{M}\u115f\u1160\u2800\u3164\uffa0]*$/u

const quote = 0x22
const backslash = 0x5c
const isPlainAscii = (char: number) => char >= 0x20 && char < 0x7f

/**
 * Whether a character may stand in a text as it is. Control characters, line breaks, halves of surrogate pairs and invisible format
 * characters may not: among the last are those that turn the order of what follows, so that 12 is read as 21.
 */
export function isWritable(char: number): boolean {
  return isPlainAscii(char) ? char !== quote && char !== backslash : char > 0x7f && isWritableText(String.fromCodePoint(char))
}

export function isWritableText(text: string): boolean {
  return onlyWritable.test(text) && !neverWritten.test(text)
}

/** Whether a character stands between two words. */
export function isGap(char: number): boolean {
  return isPlainAscii(char) ? char === 0x20 : gap.test(String.fromCodePoint(char))
}

/** Whether a text shows nothing to a reader. */
export function isBlank(text: string): boolean {
  return blank.test(text)
}

export const lengthOf = (text: string): number => Array.from(text).length
