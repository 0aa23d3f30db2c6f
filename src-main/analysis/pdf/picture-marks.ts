import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import type { DrawnImage } from './facts.ts'
import type { Sheet } from './sheet.ts'

/** What makes a picture readable by itself: which side of the patient each edge shows, and a length in millimetres. Null where not known. */
export type PictureMarks = Readonly<{ letters: Readonly<{ left: string, right: string }> | null, barMm: number | null }>
type Picture = DrawnImage['pictures'][number]
type Box = Readonly<{ left: number, top: number, width: number, height: number }>

const barLengthsMm = [10, 50] as const

/** Letters from the direction of the rows (PS3.3 C.7.6.2.1.1); a bar only where the millimetres are the body's, at most a third as long as the picture. */
export function marksOf(series: SeriesDescription, frame: FrameDescription, widthMm: number): PictureMarks {
  const orientation = frame.orientation ?? series.orientation
  const along = orientation?.slice(0, 3)
  const isBody = series.spacingBasis === 'body' && (frame.pixelSpacingMm ?? series.pixelSpacingMm) !== null
  return {
    letters: along === undefined ? null : { left: lettersToward(along.map((part) => -part)), right: lettersToward(along) },
    barMm: isBody ? barLengthsMm.findLast((lengthMm) => lengthMm <= widthMm / 3) ?? null : null
  }
}

/** Up to two letters of a direction in the patient, the stronger first; a part under 0.2 goes unsaid, as in the viewer. */
function lettersToward([x = 0, y = 0, z = 0]: readonly number[]): string {
  const parts = [{ letter: x > 0 ? 'L' : 'R', size: Math.abs(x) }, { letter: y > 0 ? 'P' : 'A', size: Math.abs(y) }, { letter: z > 0 ? 'H' : 'F', size: Math.abs(z) }]
  return parts.filter(({ size }) => size >= 0.2).toSorted((a, b) => b.size - a.size).slice(0, 2).map(({ letter }) => letter).join('')
}

/**
 * Draws the marks of a picture that fills `box`, in points, each on a dark ground so that it reads on white too. The letters stand at the
 * edges of the black `frame` around it, where they cover the least.
 */
export function drawMarks(sheet: Sheet, { letters, barMm, width }: Pick<Picture, 'letters' | 'barMm' | 'width'>, box: Box, frame: Pick<Box, 'left' | 'width'>): void {
  const middle = box.top + box.height / 2 - 5
  if (letters !== null) {
    drawWord(sheet, letters.left, frame.left + 3, middle, 16)
    drawWord(sheet, letters.right, frame.left + frame.width - 19, middle, 16)
  }
  if (barMm === null) return
  const length = barMm / width * box.width
  const right = box.left + box.width - 8
  const bottom = box.top + box.height - 8
  drawWord(sheet, `${barMm / 10} cm`, right - length / 2 - 13, bottom - 17, 26)
  const outline = () => sheet.doc.moveTo(right - length, bottom - 4).lineTo(right - length, bottom).lineTo(right, bottom).lineTo(right, bottom - 4)
  outline().lineWidth(3).strokeColor('#000000').stroke()
  outline().lineWidth(1).strokeColor('#ffffff').stroke()
}

function drawWord(sheet: Sheet, word: string, x: number, y: number, width: number): void {
  if (word === '') return
  sheet.doc.save().fillOpacity(0.6).roundedRect(x, y, width, 11, 2).fill('#000000').restore()
  sheet.at(word, x, y + 0.5, width, { size: 8, isBold: true, color: '#ffffff', align: 'center' })
}
