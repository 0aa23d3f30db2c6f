/**
 * Run lengths over bytes, as in RLE of PS3.5 G.3.1: a byte n from 0 to 127 means that n + 1 bytes follow as they are, one of 257 − n that
 * the next byte stands n times. Short for pictures of a bit a pixel, and read at once.
 */
export function packBits(bytes: Uint8Array): Uint8Array {
  const out: number[] = []
  let at = 0
  while (at < bytes.length) {
    const run = runAt(bytes, at)
    if (run >= 3) {
      out.push(257 - run, bytes[at] ?? 0)
      at += run
    } else {
      const from = at
      while (at < bytes.length && at - from < 128 && runAt(bytes, at) < 3) at++
      out.push(at - from - 1)
      for (let index = from; index < at; index++) out.push(bytes[index] ?? 0)
    }
  }
  return Uint8Array.from(out)
}

function runAt(bytes: Uint8Array, at: number): number {
  let length = 1
  while (length < 128 && at + length < bytes.length && bytes[at + length] === bytes[at]) length++
  return length
}

/** @param length bytes that must come out; what is missing is zero, what is more is cut. */
export function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  unpackInto(packed, out)
  return out
}

/** Fills `out` from its beginning and returns how many bytes came: fewer than it holds where what is packed ends early. */
export function unpackInto(packed: Uint8Array, out: Uint8Array): number {
  let to = 0
  for (let at = 0; at < packed.length && to < out.length;) {
    const code = packed[at++] ?? 128
    if (code < 128) {
      const literal = packed.subarray(at, Math.min(at + code + 1, at + out.length - to))
      out.set(literal, to)
      at += code + 1
      to += literal.length
    } else if (code > 128 && at < packed.length) {
      const end = Math.min(out.length, to + 257 - code)
      out.fill(packed[at++] ?? 0, to, end)
      to = end
    }
  }
  return to
}
