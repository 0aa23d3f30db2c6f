import { bodyWidth, ink, page, type Sheet } from './sheet.ts'

export type Column = Readonly<{ title: string, share: number, align?: 'left' | 'right' }>

/** A ruled table; a row never breaks across pages, and the head is drawn again on each page. */
export function drawTable({ doc, at, heightOf }: Sheet, columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const total = columns.reduce((sum, column) => sum + column.share, 0)
  const widths = columns.map((column) => (column.share / total) * bodyWidth)
  const padding = 5
  const bottom = page.height - page.bottom

  const drawRow = (cells: readonly string[], isHead: boolean) => {
    const style = { size: isHead ? 7.5 : 8.5, isBold: isHead, color: isHead ? ink.quiet : ink.text }
    const height = Math.max(...cells.map((cell, index) => heightOf(cell, (widths[index] ?? 0) - padding * 2, style))) + padding * 2
    if (doc.y + height > bottom) {
      doc.addPage()
      if (!isHead) drawRow(columns.map((column) => column.title), true)
    }
    const y = doc.y
    if (isHead) doc.rect(page.left, y, bodyWidth, height).fill(ink.panel)
    let x = page.left
    cells.forEach((cell, index) => {
      const width = widths[index] ?? 0
      at(cell, x + padding, y + padding, width - padding * 2, { ...style, align: columns[index]?.align ?? 'left' })
      x += width
    })
    doc.moveTo(page.left, y + height).lineTo(page.left + bodyWidth, y + height).lineWidth(0.4).strokeColor(ink.line).stroke()
    doc.y = y + height
  }
  drawRow(columns.map((column) => column.title), true)
  for (const row of rows) drawRow(row, false)
}
