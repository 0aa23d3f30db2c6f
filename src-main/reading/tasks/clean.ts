const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Variation_Selector}/gu // oxlint-disable-line no-control-regex -- control characters are what is taken out
/** `<start_of_turn>`, `<unused94>`, `[INST]`, `<|im_end|>` and their like; also with full-width brackets. */
const marks = /[<＜〈‹«]\s*\|?\s*\/?[\p{L}\p{N}_ -]{1,40}\|?\s*[>＞〉›»]|\[\/?(?:INST|SYS|B_SYS|E_SYS)\]/giu
/** How our own prompts tell their parts: data must not look like one. */
const ours = /^\s*(?:task|slice|crop|frame|measured|facts|data|end of data|rules?)\b\s*[:\d]?/gimu

/**
 * Text from files, captions and people, made harmless: no control characters, nothing that a tokenizer takes for a mark of its own, no line
 * that looks like one of ours, and bounded. What it says is left: the prompt tells that data hold no instructions.
 */
export function cleanText(text: string, mostChars = 300): string {
  const flat = text.normalize('NFKC').replaceAll(control, '').replaceAll(marks, ' ').replaceAll(/[<>]/g, ' ').replaceAll(ours, (found) => `"${found.trim()}" `)
  const short = flat.replaceAll(/[ \t]+/g, ' ').trim()
  return short.length > mostChars ? `${short.slice(0, mostChars - 1)}…` : short
}

/** Of a header's free text only words: what holds a digit, a caret or an at sign may be a name, a number or a date of somebody. */
export function wordsOnly(text: string, mostChars = 60): string {
  return cleanText(text, 200).split(/[\s_,;/]+/).filter((word) => /^[\p{L}][\p{L}'().+-]*$/u.test(word) && !/\p{N}/u.test(word)).join(' ').slice(0, mostChars)
}
