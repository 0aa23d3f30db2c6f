import type { DrawnImage } from './facts.ts'
import { drawMarks } from './picture-marks.ts'
import { bodyWidth, ink, page, type Sheet } from './sheet.ts'

const gap = 12
const boxWidth = (bodyWidth - gap) / 2
const boxHeight = 182

/** Key images two by two: the whole slice with a ring, and the spot close up. */
export function drawImages(sheet: Sheet, images: readonly DrawnImage[], leftOut: number): void {
  if (images.length === 0) return
  sheet.ensure(boxHeight + 90)
  sheet.heading('Key images')
  for (const [index, image] of images.entries()) drawImage(sheet, image, index + 1)
  if (leftOut > 0) sheet.paragraph(`${leftOut} more key ${leftOut === 1 ? 'image is' : 'images are'} in the application.`, { size: 8, color: ink.quiet })
}

function drawImage(sheet: Sheet, { caption, seriesWords, pictures, problem }: DrawnImage, number: number): void {
  const { doc, ensure, paragraph } = sheet
  const height = problem === null ? boxHeight : 30
  ensure(height + 36)
  const top = doc.y
  if (problem !== null) {
    doc.rect(page.left, top, bodyWidth, height).fill(ink.panel)
    sheet.at(problem, page.left + 8, top + 9, bodyWidth - 16, { size: 8.5 })
  }
  pictures.forEach((picture, index) => {
    const x = page.left + index * (boxWidth + gap)
    const scale = Math.min(boxWidth / picture.width, boxHeight / picture.height)
    const [width, drawnHeight] = [picture.width * scale, picture.height * scale]
    const [left, upper] = [x + (boxWidth - width) / 2, top + (boxHeight - drawnHeight) / 2]
    doc.rect(x, top, boxWidth, boxHeight).fill('#000000')
    doc.image(Buffer.from(picture.png), left, upper, { width, height: drawnHeight })
    drawMarks(sheet, picture, { left, top: upper, width, height: drawnHeight }, { left: x, width: boxWidth })
    if (picture.ring === null) return
    doc.circle(left + picture.ring.x * width, upper + picture.ring.y * drawnHeight, Math.max(6, picture.ring.radius * width)).lineWidth(1.2).strokeColor('#ffd479').stroke()
  })
  doc.y = top + height + 5
  paragraph(`${number}. ${caption}`, { size: 8.5, isBold: true })
  paragraph(seriesWords, { size: 8, color: ink.quiet })
  sheet.space(9)
}
