/** A defined term of Specific Character Set (PS3.3 C.12.1.1.2) without code extensions, as the encoding that reads it. */
const singleByte: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'iso-8859-1', 'ISO_IR 101': 'iso-8859-2', 'ISO_IR 109': 'iso-8859-3', 'ISO_IR 110': 'iso-8859-4', 'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6', 'ISO_IR 126': 'iso-8859-7', 'ISO_IR 138': 'iso-8859-8', 'ISO_IR 148': 'iso-8859-9', 'ISO_IR 166': 'windows-874',
  'ISO_IR 203': 'iso-8859-15', 'ISO_IR 13': 'shift_jis'
}
const multiByte: Readonly<Record<string, string>> = { 'ISO_IR 192': 'utf-8', 'GB18030': 'gb18030', 'GBK': 'gbk' }

type Half = 'ascii' | 'jis-x-0208' | 'jis-x-0212' | { encoding: string }
type Designation = Readonly<{ half: 0 | 1, code: Half }>

/** Escape sequences of ISO 2022 that DICOM allows (PS3.3 tables C.12-3 and C.12-4), after the escape itself. */
const designations: Readonly<Record<string, Designation>> = {
  '(B': { half: 0, code: 'ascii' }, '(J': { half: 0, code: 'ascii' }, ')I': { half: 1, code: { encoding: 'shift_jis' } },
  '-A': { half: 1, code: { encoding: 'iso-8859-1' } }, '-B': { half: 1, code: { encoding: 'iso-8859-2' } }, '-C': { half: 1, code: { encoding: 'iso-8859-3' } },
  '-D': { half: 1, code: { encoding: 'iso-8859-4' } }, '-L': { half: 1, code: { encoding: 'iso-8859-5' } }, '-G': { half: 1, code: { encoding: 'iso-8859-6' } },
  '-F': { half: 1, code: { encoding: 'iso-8859-7' } }, '-H': { half: 1, code: { encoding: 'iso-8859-8' } }, '-M': { half: 1, code: { encoding: 'iso-8859-9' } },
  '-T': { half: 1, code: { encoding: 'windows-874' } }, '-b': { half: 1, code: { encoding: 'iso-8859-15' } },
  '$@': { half: 0, code: 'jis-x-0208' }, '$B': { half: 0, code: 'jis-x-0208' }, '$(D': { half: 0, code: 'jis-x-0212' },
  '$)C': { half: 1, code: { encoding: 'euc-kr' } }, '$)A': { half: 1, code: { encoding: 'gbk' } }
}
const escape = 0x1b
/** Back to the first value of Specific Character Set (PS3.5 6.1.2.5.3): line ends, tab, value and (in names) component separators. */
const resets = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x5c])
const nameResets = new Set([...resets, 0x5e, 0x3d])

/** Text of a value in the character sets that its data set names. Never throws: what no table knows reads as U+FFFD. */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[], isName = false): string {
  const terms = characterSets.map(normalise)
  const first = terms[0] ?? ''
  const whole = multiByte[first]
  if (whole !== undefined) return decode(whole, bytes)
  if (bytes.every((value) => value < 0x80 && value !== escape)) return decode('iso-8859-1', bytes)
  if (terms.length > 1 || bytes.includes(escape)) return decodeExtended(bytes, singleByte[first] ?? null, isName ? nameResets : resets)
  const single = singleByte[first]
  return single === undefined ? decodeUnlabelled(bytes) : decode(single, bytes)
}

/** "ISO 2022 IR 100" and "ISO-IR 100" both mean the set 100. */
function normalise(term: string): string {
  return term.trim().replace(/^ISO[ _-](?:2022[ _-])?IR[ _-]?/, 'ISO_IR ')
}

/** Bytes outside ASCII without a declaration break the standard; in practice they are UTF-8 or Latin-1. */
function decodeUnlabelled(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decode('iso-8859-1', bytes)
  }
}

/** ISO 2022 with code extensions: runs of bytes, each read by the half of the code table it falls into. */
function decodeExtended(bytes: Uint8Array, initialHigh: string | null, resetBytes: ReadonlySet<number>): string {
  const initial: Half = initialHigh === null ? 'ascii' : { encoding: initialHigh }
  let halves: [Half, Half] = ['ascii', initial]
  let out = ''
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0
    if (byte === escape) {
      const found = designationAt(bytes, at + 1)
      if (found !== null) halves = found.designation.half === 0 ? [found.designation.code, halves[1]] : [halves[0], found.designation.code]
      at += 1 + (found?.length ?? 0)
      continue
    }
    const isPlain = byte < 0x80 && (halves[0] === 'ascii' || byte < 0x20)
    if (isPlain && resetBytes.has(byte)) halves = ['ascii', initial]
    const end = endOfRun(bytes, at, isPlain, byte < 0x80 ? halves[0] : halves[1])
    out += decodeRun(bytes.subarray(at, end), isPlain ? 'ascii' : byte < 0x80 ? halves[0] : halves[1])
    at = end
  }
  return out
}

function designationAt(bytes: Uint8Array, at: number): { designation: Designation, length: number } | null {
  for (const length of [2, 3]) {
    const designation = designations[String.fromCharCode(...bytes.subarray(at, at + length))]
    if (designation !== undefined) return { designation, length }
  }
  return null
}

function endOfRun(bytes: Uint8Array, from: number, isPlain: boolean, half: Half): number {
  if (isPlain) return from + 1
  const isDouble = half === 'jis-x-0208' || half === 'jis-x-0212'
  const isHigh = (bytes[from] ?? 0) >= 0x80
  let at = from
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0
    if (byte === escape || byte >= 0x80 !== isHigh || (!isHigh && byte < 0x20)) break
    at += isDouble ? 2 : 1
  }
  return Math.min(Math.max(at, from + 1), bytes.length)
}

function decodeRun(run: Uint8Array, half: Half): string {
  if (half === 'ascii') return decode('iso-8859-1', run)
  if (half === 'jis-x-0208') return decode('euc-jp', run.map((byte) => byte | 0x80))
  if (half === 'jis-x-0212') return decode('euc-jp', Uint8Array.from([...run].flatMap((byte, index) => index % 2 === 0 ? [0x8f, byte | 0x80] : [byte | 0x80])))
  return decode(half.encoding, run)
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes)
}

/**
 * A person name for reading: the ideographic or phonetic groups stay behind the first one, "Family^Given" stays as DICOM writes it.
 * Empty trailing components and groups are dropped.
 */
export function tidyName(name: string): string {
  return name.split('=').map((group) => group.replace(/[\^ ]+$/, '').trim()).join('=').replace(/=+$/, '')
}
