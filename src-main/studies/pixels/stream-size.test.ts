import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { readManifest } from '../../../test/support/manifest.ts'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import { bufferAccess, inspect } from '../ingest/inspect.ts'
import { decodeEncapsulated, prepareCodecs } from './codecs.ts'
import { shortestSegment, streamSize } from './stream-size.ts'

const rle = '1.2.840.10008.1.2.5'

describe('the size that a compressed image states itself', () => {
  it('is read from JPEG, JPEG-LS and JPEG 2000, past what comes before it', () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc3, 0, 11, 16, 0x01, 0x02, 0x03, 0x04, 1, 1, 0x11, 0)
    expect(streamSize(jpeg, 'jpeg')).toEqual({ rows: 0x0102, columns: 0x0304 })
    expect(streamSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xf7, 0, 11, 12, 0, 7, 0, 9, 1, 1, 0x11, 0), 'jpeg-ls')).toEqual({ rows: 7, columns: 9 })
    const siz = Buffer.alloc(60)
    siz.set([0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0], 10)
    for (const [index, value] of [110, 220, 10, 20].entries()) siz.writeUInt32BE(value, 10 + 8 + index * 4)
    expect(streamSize(siz, 'jpeg-2000')).toEqual({ columns: 100, rows: 200 })
  })

  it('is not made up where there is none, whatever the bytes', () => {
    for (const codec of ['jpeg', 'jpeg-ls', 'jpeg-2000', 'htj2k', 'rle', 'jpeg-xl', 'none'] as const) {
      for (const bytes of [[], [0xff], [0xff, 0xd8], [0xff, 0xd8, 0xff, 0xc0, 0], [0xff, 0xd8, ...Array.from({ length: 30 }, () => 0xff)], [0xff, 0x4f, 0xff, 0x51]]) expect(streamSize(Uint8Array.from(bytes), codec)).toBeNull()
    }
  })
})

describe('the segments of an RLE frame', () => {
  const frame = (...segments: readonly (readonly number[])[]) => {
    const head = Buffer.alloc(64)
    head.writeUInt32LE(segments.length, 0)
    segments.reduce((at, segment, index) => {
      head.writeUInt32LE(at, 4 + index * 4)
      return at + segment.length
    }, 64)
    return new Uint8Array(Buffer.concat([head, ...segments.map((segment) => Buffer.from(segment))]))
  }

  it('are as long as their shortest: literal runs, repeated bytes and pauses', () => {
    expect(shortestSegment(frame([3, 1, 2, 3, 4, 0, 9]))).toBe(5)
    expect(shortestSegment(frame([0x81, 7], [0x80, 1, 1, 2]))).toBe(2)
    expect(shortestSegment(frame([0x81, 7]))).toBe(128)
    expect(shortestSegment(frame([120, 1, 2]))).toBe(2)
  })

  it('that are missing or cut have no length', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(64), Uint8Array.from({ length: 70 }, () => 255), frame([])]) expect(shortestSegment(bytes)).toBe(0)
  })
})

describe.skipIf(missingData('transfer-syntaxes') !== null)('an image whose header says another size than its own', () => {
  beforeAll(prepareCodecs)
  const oneOfEach = new Map(readManifest().flatMap(({ files }) => files).filter(({ path }) => path.startsWith('transfer-syntaxes/') && path.endsWith('.dcm')).flatMap(({ path }) => {
    const bytes = readFileSync(sharedData(path))
    const { layout, pixel } = inspect(bufferAccess(bytes), bytes, 'x')
    const spans = layout?.kind === 'encapsulated' ? layout.frames[0] ?? [] : []
    if (pixel === null || spans.length === 0) return []
    const encoded = new Uint8Array(Buffer.concat(spans.map(([offset, length]) => bytes.subarray(offset, offset + length))))
    return streamSize(encoded, 'jpeg') === null && streamSize(encoded, 'jpeg-2000') === null && pixel.transferSyntaxUid !== rle ? [] : [[pixel.transferSyntaxUid, { encoded, pixel }] as const]
  }))

  it.each([...oneOfEach].filter(([uid]) => uid === rle))('is refused where an RLE frame holds too little: %s', (_uid, { encoded, pixel }) => {
    expect(() => decodeEncapsulated(encoded.subarray(0, encoded.length >> 1), pixel)).toThrow('decodes to less than its size')
    expect(() => decodeEncapsulated(encoded, { ...pixel, rows: pixel.rows + 8 })).toThrow('decodes to less than its size')
    expect(decodeEncapsulated(encoded, pixel).cells.length).toBeGreaterThan(0)
  })

  it.each([...oneOfEach].filter(([uid]) => uid !== rle))('is refused and not drawn sheared: %s', (_uid, { encoded, pixel }) => {
    for (const other of [{ rows: pixel.rows / 2, columns: pixel.columns * 2 }, { columns: pixel.columns - 2 }, { rows: pixel.rows + 8 }]) {
      expect(() => decodeEncapsulated(encoded, { ...pixel, ...other })).toThrow(/its header says|can't decode/)
    }
  })
})
