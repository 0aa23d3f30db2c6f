import { describe, expect, it } from 'vitest'
import { decodeRoute } from './decode-route.ts'
import type { PixelDescription } from './studies.ts'

const pixel = (changes: Partial<PixelDescription>): PixelDescription => ({
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxUid: '1.2.840.10008.1.2.5', rows: 512, columns: 512, samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0, bitsAllocated: 16, bitsStored: 16, highBit: 15, pixelRepresentation: 0, pixelPaddingValue: null, voiLutFunction: 'LINEAR',
  smallestPixelValue: null, largestPixelValue: null, palette: null, ...changes
})

describe('a picture whose header asks for more memory than any machine makes', () => {
  it.each([['65,535 × 65,535', { rows: 65_535, columns: 65_535 }], ['colour of 10,000 × 10,000', { rows: 10_000, columns: 10_000, samplesPerPixel: 3, bitsAllocated: 8, transferSyntaxUid: '1.2.840.10008.1.2.4.90' }]] as const)('is left to the edge, which looks at the bytes first: %s', (_, size) => {
    expect(decodeRoute(pixel(size))).toBe('edge')
  })

  it('is none of the largest that are made: a mammogram of 6,000 × 8,000', () => {
    expect(decodeRoute(pixel({ rows: 8000, columns: 6000, transferSyntaxUid: '1.2.840.10008.1.2.4.90' }))).toBe('worker')
  })
})
