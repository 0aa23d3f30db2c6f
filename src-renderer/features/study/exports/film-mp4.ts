import type { FilmFrame, FilmTrack } from './film-webm.ts'

/** Ticks a second; every usual rate divides it. */
const timescale = 90_000

/**
 * An MP4 file (ISO/IEC 14496-12 and -15) of one H.264 track, its index before the pictures. `description`: the decoder's configuration as
 * the encoder gives it. No dates are written.
 */
export function writeMp4(description: Uint8Array, track: FilmTrack, frames: readonly FilmFrame[]): Blob {
  const fileType = box('ftyp', [ascii('isom'), uint32(0x200), ascii('isomiso2avc1mp41')])
  const measure = index(description, track, frames, 0)
  const places = fileType.byteLength + measure.byteLength + 8
  const bytes = frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0)
  if (places + bytes > 0xffffffff) throw new Error('The film is too large.')
  const head = new Uint8Array([...uint32(bytes + 8), ...ascii('mdat')])
  return new Blob([fileType, index(description, track, frames, places), head, ...frames.map((frame) => new Uint8Array(frame.bytes))], { type: 'video/mp4' })
}

function index(description: Uint8Array, { width, height, frameMs }: FilmTrack, frames: readonly FilmFrame[], firstByteAt: number): Uint8Array<ArrayBuffer> {
  const ticks = Math.round(frameMs * timescale / 1000)
  const duration = ticks * frames.length
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(uint32)
  const movieHeader = full('mvhd', 0, [zeros(8), uint32(timescale), uint32(duration), uint32(0x10000), uint16(0x100), zeros(10), ...matrix, zeros(24), uint32(2)])
  const trackHeader = full('tkhd', 3, [zeros(8), uint32(1), zeros(4), uint32(duration), zeros(16), ...matrix, uint32(width * 65_536), uint32(height * 65_536)])
  const mediaHeader = full('mdhd', 0, [zeros(8), uint32(timescale), uint32(duration), uint16(0x55c4), zeros(2)])
  const handler = full('hdlr', 0, [zeros(4), ascii('vide'), zeros(12), ascii('Vigil\0')])
  const dataInfo = box('dinf', [full('dref', 0, [uint32(1), full('url ', 1, [])])])
  const media = box('minf', [full('vmhd', 1, [zeros(8)]), dataInfo, samples(description, width, height, ticks, frames, firstByteAt)])
  return box('moov', [movieHeader, box('trak', [trackHeader, box('mdia', [mediaHeader, handler, media])])])
}

function samples(description: Uint8Array, width: number, height: number, ticks: number, frames: readonly FilmFrame[], firstByteAt: number): Uint8Array<ArrayBuffer> {
  const entry = box('avc1', [
    zeros(6), uint16(1), zeros(16), uint16(width), uint16(height), uint32(0x480000), uint32(0x480000), zeros(4), uint16(1), zeros(32), uint16(24), uint16(0xffff), box('avcC', [description])
  ])
  const keys = frames.flatMap(({ isKey }, at) => (isKey ? [at + 1] : []))
  return box('stbl', [
    full('stsd', 0, [uint32(1), entry]),
    full('stts', 0, [uint32(1), uint32(frames.length), uint32(ticks)]),
    full('stss', 0, [uint32(keys.length), ...keys.map(uint32)]),
    full('stsc', 0, [uint32(1), uint32(1), uint32(frames.length), uint32(1)]),
    full('stsz', 0, [zeros(4), uint32(frames.length), ...frames.map(({ bytes }) => uint32(bytes.byteLength))]),
    full('stco', 0, [uint32(1), uint32(firstByteAt)])
  ])
}

function box(name: string, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 8)
  const all = new Uint8Array(length)
  let at = 0
  for (const part of [uint32(length), ascii(name), ...parts]) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

const full = (name: string, flags: number, parts: readonly Uint8Array[]) => box(name, [uint32(flags), ...parts])
const zeros = (count: number) => new Uint8Array(count)
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const uint16 = (value: number) => Uint8Array.of(value >> 8 & 0xff, value & 0xff)
const uint32 = (value: number) => Uint8Array.of(value >>> 24 & 0xff, value >>> 16 & 0xff, value >>> 8 & 0xff, value & 0xff)
