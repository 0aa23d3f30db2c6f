import { readFileSync } from 'node:fs'
import PdfKit from 'pdfkit'
import { resourcePath } from '../../platform/resources.ts'
import { breakable, fontCoverage, printable } from './coverage.ts'

/** A4 in points. */
export const page = { width: 595.28, height: 841.89, left: 48, right: 48, top: 74, bottom: 62 } as const
export const bodyWidth = page.width - page.left - page.right
export const ink = { text: '#14181c', quiet: '#55606b', line: '#c9d1d9', edited: '#8a4b00', panel: '#f3f6f8', watermark: '#b42318' } as const

export type Style = Readonly<{ size?: number, isBold?: boolean, color?: string }>
export type Sheet = ReturnType<typeof createSheet>

/** A document with the fonts of the product and the few ways in which the report writes. Every text passes through `print`. */
export function createSheet(createdAt: Date, title: string) {
  const regular = readFileSync(resourcePath('fonts', 'inter-regular.ttf'))
  const bold = readFileSync(resourcePath('fonts', 'inter-semibold.ttf'))
  const covers = fontCoverage(regular)
  // The same report gives the same bytes: the date is the report's own, and pdfkit makes the file's id from it.
  const doc = new PdfKit({
    size: 'A4', bufferPages: true, autoFirstPage: true, lang: 'en', displayTitle: true, font: '',
    margins: { top: page.top, bottom: page.bottom, left: page.left, right: page.right },
    info: { Title: title, Producer: 'Vigil', Creator: 'Vigil', CreationDate: createdAt, ModDate: createdAt }
  })
  doc.registerFont('regular', regular)
  doc.registerFont('bold', bold)
  let hasMissing = false

  const print = (text: string): string => {
    const safe = breakable(printable(text, covers))
    hasMissing ||= /\[U\+[0-9A-F]{4,}/.test(safe)
    return safe
  }
  const style = ({ size = 9.5, isBold = false, color = ink.text }: Style = {}) => doc.font(isBold ? 'bold' : 'regular').fontSize(size).fillColor(color)
  const bottom = page.height - page.bottom
  const ensure = (height: number) => { if (doc.y + height > bottom) doc.addPage() }

  return {
    doc, print, style, ensure,
    hasMissing: () => hasMissing,
    space: (points: number) => { doc.y += points },
    heading(text: string) {
      ensure(48)
      doc.y += 12
      style({ size: 8.5, isBold: true, color: ink.quiet }).text(print(text).toUpperCase(), page.left, doc.y, { characterSpacing: 0.8 })
      const y = doc.y + 2
      doc.moveTo(page.left, y).lineTo(page.width - page.right, y).lineWidth(0.6).strokeColor(ink.line).stroke()
      doc.y = y + 6
    },
    paragraph(text: string, options: Style = {}, indent = 0) {
      style(options).text(print(text), page.left + indent, doc.y, { width: bodyWidth - indent, lineGap: 2 })
    },
    /** Text in a box of its own, which leaves the writing position alone. */
    at(text: string, x: number, y: number, width: number, options: Style & { align?: 'left' | 'right' | 'center' } = {}) {
      const kept = doc.y
      style(options).text(print(text), x, y, { width, lineBreak: true, align: options.align ?? 'left', lineGap: 1 })
      doc.y = kept
    },
    heightOf: (text: string, width: number, options: Style = {}) => style(options).heightOfString(print(text), { width, lineGap: 1 }),
    async finish(): Promise<Uint8Array> {
      const chunks: Buffer[] = []
      const done = new Promise<Uint8Array>((resolve, reject) => {
        doc.on('data', (chunk: Buffer) => { chunks.push(chunk) })
        doc.on('end', () => { resolve(new Uint8Array(Buffer.concat(chunks))) })
        doc.on('error', reject)
      })
      doc.end()
      return done
    }
  }
}
