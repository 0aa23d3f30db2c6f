import { describe, expect, it } from 'vitest'
import type { PixelDescription } from '../../../src-shared/studies.ts'
import { drawFrame } from './window.ts'

const grey: PixelDescription = {
  sopClassUid: '', transferSyntaxUid: '1.2.840.10008.1.2.1', rows: 1, columns: 4, samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2', planarConfiguration: 0, bitsAllocated: 16,
  bitsStored: 16, highBit: 15, pixelRepresentation: 1, pixelPaddingValue: null, voiLutFunction: 'LINEAR', smallestPixelValue: null, largestPixelValue: null, palette: null
}
const draw = (values: readonly number[], pixel: Partial<PixelDescription> = {}, window: { center: number, width: number } | null = null, photometricInterpretation = 'MONOCHROME2') => {
  const description = { ...grey, ...pixel }
  const cells = description.bitsAllocated === 8 ? Uint8Array.from(values) : new Uint8Array(Int16Array.from(values).buffer)
  return drawFrame({ cells, pixelRepresentation: description.pixelRepresentation, photometricInterpretation }, description, { slope: 1, intercept: 0 }, window)
}

describe('how a frame is drawn', () => {
  it('follows the linear window of the standard', () => {
    // PS3.3 C.11.2.1.2.1: centre 2048, width 4096 maps 0 to black and 4095 to white.
    expect([...draw([-1, 0, 4095, 2048], {}, { center: 2048, width: 4096 }).data]).toEqual([0, 0, 255, 128])
    expect([...draw([-160, 40, 240, 41], {}, { center: 40, width: 400 }).data]).toEqual([0, 128, 255, 128])
    expect([...draw([9, 10, 11, 12], {}, { center: 10, width: 1 }).data]).toEqual([0, 255, 255, 255])
  })
  it('knows the exact and the sigmoid window', () => {
    expect([...draw([-10, 0, 10, 5], { voiLutFunction: 'LINEAR_EXACT' }, { center: 0, width: 20 }).data]).toEqual([0, 128, 255, 191])
    expect([...draw([0, -1000, 1000, 0], { voiLutFunction: 'SIGMOID' }, { center: 0, width: 100 }).data]).toEqual([128, 0, 255, 128])
  })
  it('inverts MONOCHROME1', () => {
    expect([...draw([0, 4095, 0, 0], { photometricInterpretation: 'MONOCHROME1' }, { center: 2048, width: 4096 }).data.slice(0, 2)]).toEqual([255, 0])
  })
  it('shows the whole range, padding left out, where nobody names a window', () => {
    expect([...draw([-2000, 0, 100, 50], { pixelPaddingValue: -2000 }).data]).toEqual([0, 0, 255, 128])
    expect([...draw([7, 7, 7, 7], { pixelPaddingValue: 7 }).data]).toEqual([255, 255, 255, 255])
  })
  it('looks colours up in a palette', () => {
    const table = (...values: readonly number[]) => Buffer.from(Uint16Array.from(values).buffer).toString('base64')
    const palette = { descriptor: [[2, 10, 16], [2, 10, 16], [2, 10, 16]], red: table(0x1000, 0xff00), green: table(0, 0x8000), blue: table(0, 0) }
    const picture = draw([9, 10, 11, 99], { photometricInterpretation: 'PALETTE COLOR', palette })
    expect(picture.channels).toBe(3)
    expect([...picture.data]).toEqual([16, 0, 0, 16, 0, 0, 255, 128, 0, 255, 128, 0])
  })
  it('turns YBR into RGB', () => {
    const colour = { samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8, highBit: 7, pixelRepresentation: 0, columns: 1 }
    expect([...draw([255, 128, 128], colour, null, 'YBR_FULL').data]).toEqual([255, 255, 255])
    expect([...draw([76, 85, 255], colour, null, 'YBR_FULL').data]).toEqual([254, 0, 0])
    expect([...draw([1, 2, 3], colour, null, 'RGB').data]).toEqual([1, 2, 3])
  })
})
