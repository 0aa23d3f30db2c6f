import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FindingMask } from '../../../src-shared/masks.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import { aSeries, instanceUid, seriesUid } from '../../../test/support/analysis-room.ts'
import { ownCode, unitCode } from './codes.ts'
import { imagesOf, onFrame, referencedSeries } from './images.ts'
import { doOverlap, framesOfMask, packFrames } from './mask-frames.ts'
import { boxPoints, ellipsePoints } from './outlines.ts'
import { commonModules, dateTime, lines, newest, personName, shortened } from './study-facts.ts'
import { derivedUid, uidOfRow } from './uids.ts'

const columns = 64
const aMask = (change: Partial<FindingMask> = {}): FindingMask => ({
  findingId: '0190a000-0000-8000-8000-000000000001', seriesUid, from: [3, 5, 7], size: [2, 2, 2], originMm: [0, 0, 0], columnStepMm: [1, 0, 0], rowStepMm: [0, 1, 0], sliceStepMm: [0, 0, 1],
  frames: [{ sopInstanceUid: instanceUid(7), frameNumber: 1 }, { sopInstanceUid: instanceUid(8), frameNumber: 1 }], runs: [0, 3, 5], ...change
})

describe('the frames of a mask', () => {
  it('are those slices of it that hold a voxel, with the places of the voxels in the image', () => {
    expect(framesOfMask(aMask(), columns)).toEqual([{ sopInstanceUid: instanceUid(7), frameNumber: 1, places: [5 * 64 + 3, 5 * 64 + 4, 6 * 64 + 3] }])
    expect(framesOfMask(aMask({ runs: [5, 2, 1] }), columns)).toEqual([{ sopInstanceUid: instanceUid(8), frameNumber: 1, places: [5 * 64 + 4, 6 * 64 + 3] }])
  })

  it('are packed bit by bit without a gap between frames, also where a frame is no whole number of bytes', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.uniqueArray(fc.nat(39)), { minLength: 1, maxLength: 5 }), (pixels, all) => {
      const frames = all.map((places) => ({ sopInstanceUid: '1', frameNumber: 1, places: places.filter((place) => place < pixels).toSorted((a, b) => a - b) }))
      const bytes = packFrames(frames, pixels)
      expect(bytes.length).toBe(Math.ceil((frames.length * pixels) / 8))
      const unpacked = frames.map((_, frame) => Array.from({ length: pixels }, (_pixel, place) => place).filter((place) => {
        const bit = frame * pixels + place
        return ((bytes[bit >> 3] ?? 0) >> (bit & 7)) % 2 === 1
      }))
      expect(unpacked).toEqual(frames.map(({ places }) => places))
    }))
  })

  it('overlap only where two masks hold the same voxel of the same image', () => {
    const one = framesOfMask(aMask(), columns)
    expect(doOverlap([one, framesOfMask(aMask({ from: [4, 5, 7] }), columns)])).toBe(true)
    expect(doOverlap([one, framesOfMask(aMask({ from: [9, 5, 7] }), columns)])).toBe(false)
    expect(doOverlap([one, framesOfMask(aMask({ frames: [{ sopInstanceUid: instanceUid(9), frameNumber: 1 }, { sopInstanceUid: instanceUid(10), frameNumber: 1 }] }), columns)])).toBe(false)
  })
})

describe('points on an image', () => {
  it('count from the corner of the first pixel, whose centre is half a pixel in', () => {
    const series = { ...aSeries(), pixelSpacingMm: [2, 0.5] as [number, number] }
    const [frame] = series.frames
    if (frame === undefined) throw new Error('no frame')
    expect(onFrame(series, frame, [[-32, -32, 0], [-31, -28, 0]])).toEqual([[0.5, 0.5], [2.5, 2.5]])
  })

  it('follow the image in an oblique series', () => {
    const orientation = [0, 1, 0, 0, 0, -1]
    const series = { ...aSeries(), orientation }
    const frame = { ...series.frames[3], positionMm: [5, -10, 40] as PointMm } as NonNullable<(typeof series.frames)[number]>
    expect(onFrame(series, frame, [[5, -7, 36]])).toEqual([[3.5, 4.5]])
  })

  it('lie in the picture itself where the image has no position', () => {
    const series = { ...aSeries(), orientation: null, pixelSpacingMm: null, spacingBasis: 'none' as const }
    const frame = { ...series.frames[0], positionMm: null } as NonNullable<(typeof series.frames)[number]>
    expect(onFrame(series, frame, [[10, 20, 0]])).toEqual([[10.5, 20.5]])
    expect(onFrame(series, { ...frame, spacingFacts: { pixelAspect: 2 } }, [[10, 20, 0]])).toEqual([[10.5, 10.5]])
  })

  it('name the frame only of an instance that has several', () => {
    const series = aSeries()
    const [first] = series.frames
    if (first === undefined) throw new Error('no frame')
    const multi = { ...series, frames: [first, { ...first, frameNumber: 2 }] }
    expect(imagesOf([series]).find(seriesUid, first.sopInstanceUid, 1)?.reference.frameNumber).toBeNull()
    expect(imagesOf([multi]).find(seriesUid, first.sopInstanceUid, 2)?.reference.frameNumber).toBe(2)
    expect(imagesOf([multi]).find(seriesUid, first.sopInstanceUid, 3)).toBeNull()
    const references = [1, 2].flatMap((frame) => imagesOf([multi]).find(seriesUid, first.sopInstanceUid, frame)?.reference ?? [])
    expect(referencedSeries(references, 0x00081199)).toEqual([[[0x0020000e, 'UI', seriesUid], [0x00081199, 'SQ', [[[0x00081150, 'UI', series.pixel.sopClassUid], [0x00081155, 'UI', first.sopInstanceUid]]]]]])
  })
})

describe('an outline', () => {
  it('of a box has its corners in turn, on any plane', () => {
    expect(boxPoints([[0, 0, 0], [4, 0, -2]], [2, 0, 0])).toEqual([[0, 0, 0], [4, 0, 0], [4, 0, -2], [0, 0, -2]])
    expect(boxPoints([[0, 0, 0], [4, 2, 0]], null)).toBeNull()
    expect(boxPoints([[0, 0, 0], [4, 0, 0]], [1, 0, 0])).toBeNull()
  })

  it('of an ellipse has the ends of its long axis first', () => {
    expect(ellipsePoints([[0, 0, 0], [4, 2, 0]], [1, 0, 0])).toEqual([[0, 1, 0], [4, 1, 0], [2, 0, 0], [2, 2, 0]])
    expect(ellipsePoints([[0, 0, 0], [2, 4, 0]], [1, 0, 0])).toEqual([[1, 0, 0], [1, 4, 0], [0, 2, 0], [2, 2, 0]])
  })
})

describe('codes and texts', () => {
  it('of units are UCUM; what is none becomes an annotation of it', () => {
    expect(['mm', 'mm²', 'HU', '°', '', 'px', 'counts', '≈'].map((unit) => unitCode(unit)[0])).toEqual(['mm', 'mm2', "[hnsf'U]", 'deg', '1', '{pixels}', '{counts}', '1'])
  })

  it('of our own fit their attributes', () => {
    expect(ownCode('A name that is much longer than sixteen characters and goes on and on beyond sixty-four')).toEqual(['a-name-that-is-m', '99VIGIL', 'A name that is much longer than sixteen characters and goes on a'])
    expect(ownCode('\\')).toEqual(['value', '99VIGIL', 'Value'])
  })

  it('keep a name in one piece, and break no value', () => {
    expect(personName('Dr Jane\\Doe^Smith=X')).toBe('Dr Jane Doe Smith X')
    expect(shortened('One\\two\nthree', 10)).toBe('One two t…')
    expect(lines('a\u0000b\nc')).toBe('a b\nc')
  })

  it('of time carry their offset, or that of the study', () => {
    expect(dateTime('2026-03-02T23:30:05.123Z')).toBe('20260302233005+0000')
    const study = { studyUid: aSeries().studyUid, appVersion: '1', copied: [[0x00080201, 'SH', ['+0130']]] as const }
    const object = { modality: 'SR', seriesNumber: 1, seriesDescription: '', contentAt: '2026-03-02T23:30:05.123Z' }
    const at = (facts: Parameters<typeof commonModules>[0]) => [0x00080023, 0x00080033].map((tag) => commonModules(facts, object).find(([one]) => one === tag)?.[2])
    expect(at(study)).toEqual(['20260303', '010005'])
    expect(at({ ...study, copied: [] })).toEqual(['20260302', '233005'])
    expect(newest(['2026-01-02T00:00:00Z', null, '2026-01-01T00:00:00.000Z'])).toBe('2026-01-02T00:00:00Z')
  })

  it('of rows are UIDs that say nothing else', () => {
    expect(uidOfRow('0190a000-0000-7000-8000-000000000001')).toBe(`2.25.${BigInt('0x0190a000000070008000000000000001')}`)
    expect(derivedUid('a', 'b')).toBe(derivedUid('a', 'b'))
    expect(derivedUid('a', 'b')).not.toBe(derivedUid('ab'))
    expect(derivedUid('a').length).toBeLessThanOrEqual(64)
  })
})
