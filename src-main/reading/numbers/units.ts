/** Units as the report writes them, and what else people and models call them. Another unit of the same size is another unit: nothing is converted. */
const words: Readonly<Record<string, RegExp>> = {
  'mm³': /^(?:mm³|mm3|mm\^3|cubic\s+millimet(?:re|er)s?|mil[ií]metros?\s+c[uú]bicos?)/i,
  'cm³': /^(?:cm³|cm3|cm\^3|cubic\s+centimet(?:re|er)s?)/i,
  mm: /^(?:millimet(?:re|er)s?|mil[ií]metros?|mm)/i,
  HU: /^(?:hounsfield\s+units?|unidades\s+hounsfield|hu|uh)/i,
  ml: /^(?:millilit(?:re|er)s?|ml)/i,
  l: /^(?:lit(?:re|er)s?|l)/i,
  '%': /^(?:%|per\s?cent|por\s+ciento)/i,
  '°': /^(?:°|degrees?|grados)/i,
  kVp: /^kvp?/i,
  mAs: /^mas/i
}

export type FoundUnit = Readonly<{ unit: string, length: number }>

/** The unit at the beginning of a text, after spaces; length counts both. A word that is none of ours is told as itself, so that it matches nothing. */
export function unitAt(text: string): FoundUnit {
  const spaces = /^[\s\u00a0\u202f-]*/.exec(text)?.[0].length ?? 0
  const rest = text.slice(spaces)
  for (const [unit, pattern] of Object.entries(words)) {
    const found = pattern.exec(rest)?.[0]
    if (found !== undefined && !/^[\p{L}\p{N}]/u.test(rest.slice(found.length))) return { unit, length: spaces + found.length }
  }
  // Lengths, times and doses that we never measure: a number before one of them is not a count.
  const strange = /^(?:cm|centimet(?:re|er)s?|dm|m|met(?:re|er)s?|µm|um|inch(?:es)?|in|kg|mg|g|s|sec(?:onds?)?|min(?:utes?)?|hours?|h|days?|weeks?|months?|years?|t|tesla|mgy|msv|bpm|mmhg|cc)(?![\p{L}\p{N}])/iu.exec(rest)?.[0]
  return strange === undefined ? { unit: '', length: 0 } : { unit: strange.toLowerCase(), length: spaces + strange.length }
}
