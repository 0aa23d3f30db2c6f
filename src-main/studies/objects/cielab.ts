import type { OverlayColour } from '../../../src-shared/overlays.ts'

/**
 * A Recommended Display CIELab Value (PS3.3 C.10.7.1.1): L* 0 to 100 over 0 to 65535, a* and b* −128 to 127 over the same, of a profile
 * connection space, whose white is D50. Returns the nearest sRGB colour (IEC 61966-2-1), the white adapted to D65 by Bradford's matrix.
 */
export function colourOfLab([l = 0, a = 0, b = 0]: readonly number[]): OverlayColour {
  const fy = (l / 65535 * 100 + 16) / 116
  const x = 0.9642 * inverse(fy + (a / 65535 * 255 - 128) / 500)
  const y = inverse(fy)
  const z = 0.8249 * inverse(fy - (b / 65535 * 255 - 128) / 200)
  // D50 to D65 and XYZ to linear sRGB in one matrix each (B. Lindbloom's figures).
  const [x65, y65, z65] = [0.9555766 * x - 0.0230393 * y + 0.0631636 * z, -0.0282895 * x + 1.0099416 * y + 0.0210077 * z, 0.0122982 * x - 0.0204830 * y + 1.3299098 * z]
  return [
    byte(3.2404542 * x65 - 1.5371385 * y65 - 0.4985314 * z65),
    byte(-0.9692660 * x65 + 1.8760108 * y65 + 0.0415560 * z65),
    byte(0.0556434 * x65 - 0.2040259 * y65 + 1.0572252 * z65)
  ]
}

const inverse = (t: number) => t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29)

function byte(linear: number): number {
  const within = Math.min(1, Math.max(0, linear))
  const encoded = within <= 0.0031308 ? 12.92 * within : 1.055 * within ** (1 / 2.4) - 0.055
  return Math.round(encoded * 255)
}
