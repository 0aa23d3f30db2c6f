import type { Picture } from '../picture.ts'

/** How planes cut out of a series are shown: as its own pictures are, so that a window means the same on both. */
export type VolumeLook = Readonly<Pick<Picture, 'isInverse' | 'voiLutFunction'> & Pick<Extract<Picture, { kind: 'grey' }>, 'padding' | 'voiLut' | 'supplement'>>

export const plainLook: VolumeLook = { isInverse: false, voiLutFunction: 'LINEAR' }

/** The look of a picture of the series; the plain one for colour. */
export function lookOf(picture: Picture): VolumeLook {
  if (picture.kind === 'colour') return plainLook
  const { isInverse, voiLutFunction, padding, voiLut, supplement } = picture
  return {
    isInverse, voiLutFunction, ...(padding === undefined ? {} : { padding }), ...(voiLut === undefined ? {} : { voiLut }), ...(supplement === undefined ? {} : { supplement })
  }
}
