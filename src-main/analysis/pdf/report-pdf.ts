import { NOT_A_DEVICE, type Report, type ReportLine, type StoneOption } from '../../../src-shared/reports.ts'
import { sections } from '../reports/merge.ts'
import { spanText } from '../reports/text.ts'
import { capitalised } from '../reports/words.ts'
import { drawFindings } from './finding-table.ts'
import { drawImages } from './image-rows.ts'
import { shortened } from './coverage.ts'
import { personName } from './person-name.ts'
import type { ReportForPage } from './facts.ts'
import { bodyWidth, createSheet, ink, page, type Sheet } from './sheet.ts'

/** The report as an A4 document. The same report and images give the same bytes. */
export async function reportPdf(given: ReportForPage): Promise<Uint8Array> {
  const facts = { ...given, study: withShortTexts(given.study) }
  const { report } = facts
  const sheet = createSheet(new Date(report.signedAt ?? report.updatedAt), 'Radiology report')
  drawHead(sheet, facts)
  for (const section of sections) {
    sheet.heading(section)
    drawLines(sheet, report.content[section])
  }
  sheet.paragraph('m: from measurements and templates · c: words of the clinician', { size: 7, color: ink.quiet })
  drawFindings(sheet, facts.findings)
  drawOptions(sheet, report, facts)
  drawAddenda(sheet, report)
  drawSignature(sheet, report)
  drawImages(sheet, facts.images, facts.imagesLeftOut)
  drawEveryPage(sheet, facts)
  return sheet.finish()
}

/** Of objects made from images: a report must not change its page because it was itself kept in the study. */
const derived = new Set(['SR', 'SEG', 'KO', 'DOC', 'PR'])

function withShortTexts(study: ReportForPage['study']): ReportForPage['study'] {
  const { patientName, patientId, sex, description, accessionNumber, modalities } = study
  return {
    ...study, patientName: shortened(patientName), patientId: shortened(patientId), sex: shortened(sex), description: shortened(description),
    accessionNumber: shortened(accessionNumber), modalities: modalities.filter((modality) => !derived.has(modality)).slice(0, 8).map((modality) => shortened(modality, 16))
  }
}

function drawHead(sheet: Sheet, { report, study }: ReportForPage): void {
  const { doc, at } = sheet
  const top = doc.y
  at('Radiology report', page.left, top - 26, bodyWidth / 2, { size: 17, isBold: true })
  at(statusWords(report), page.left + bodyWidth / 2, top - 20, bodyWidth / 2, { size: 10, isBold: true, align: 'right', color: report.status === 'draft' ? ink.watermark : ink.text })
  const left: readonly (readonly [string, string])[] = [
    ['Patient', personName(study.patientName)], ['Patient ID', study.patientId], ['Born', [study.birthDate ?? '', sexWords(study.sex)].filter((part) => part !== '').join(' · ')]
  ]
  const right: readonly (readonly [string, string])[] = [
    ['Study', [study.modalities.join(', '), study.description].filter((part) => part !== '').join(' · ')],
    ['Date', [study.studyDate ?? '', study.studyTime?.slice(0, 5) ?? ''].join(' ').trim()], ['Accession', study.accessionNumber]
  ]
  const half = bodyWidth / 2 - 12
  const height = Math.max(fieldsHeight(sheet, left, half), fieldsHeight(sheet, right, half)) + 16
  doc.roundedRect(page.left, top, bodyWidth, height, 4).fill(ink.panel)
  drawFields(sheet, left, page.left + 10, top + 9, half)
  drawFields(sheet, right, page.left + bodyWidth / 2 + 4, top + 9, half)
  doc.y = top + height
}

function statusWords({ status, addenda }: Report): string {
  if (status === 'draft') return 'DRAFT: not signed'
  if (status === 'final') return 'Signed'
  return `Signed, with ${addenda.length === 1 ? 'an addendum' : `${addenda.length} addenda`}`
}

const labelWidth = 62
const fieldHeight = (sheet: Sheet, value: string, width: number) => sheet.heightOf(value === '' ? '–' : value, width - labelWidth) + 4

function fieldsHeight(sheet: Sheet, fields: readonly (readonly [string, string])[], width: number): number {
  return fields.reduce((sum, [, value]) => sum + fieldHeight(sheet, value, width), 0)
}

function drawFields(sheet: Sheet, fields: readonly (readonly [string, string])[], x: number, top: number, width: number): void {
  let y = top
  for (const [label, value] of fields) {
    sheet.at(label, x, y + 1, labelWidth, { size: 8, color: ink.quiet })
    sheet.at(value === '' ? '–' : value, x + labelWidth, y, width - labelWidth, { isBold: label === 'Patient' })
    y += fieldHeight(sheet, value, width)
  }
}

function sexWords(sex: string): string {
  return { M: 'male', F: 'female', O: 'other' }[sex.trim().toUpperCase()] ?? sex
}

function drawLines(sheet: Sheet, lines: readonly ReportLine[]): void {
  if (lines.length === 0) sheet.paragraph('Nothing written.', { color: ink.quiet })
  for (const line of lines) drawLine(sheet, line)
  sheet.space(3)
}

/** A line with the letter of its origin in front; an edited number stands in another colour and names what was measured. */
function drawLine({ doc, style, print, ensure, at }: Sheet, line: ReportLine): void {
  ensure(16)
  at(line.origin === 'clinician' ? 'c' : line.origin === 'model' ? 'r' : 'm', page.left, doc.y + 1.5, 10, { size: 7, color: ink.quiet })
  const options = { width: bodyWidth - 14, lineGap: 2 }
  const spans = line.spans.filter((span) => spanText(span) !== '')
  if (spans.length === 0) { doc.moveDown(1); return }
  spans.forEach((span, index) => {
    const isEdited = span.type === 'number' && span.isEdited
    const words = print(spanText(span))
    const run = style({ isBold: isEdited, color: isEdited ? ink.edited : ink.text })
    const continued = index < spans.length - 1
    if (index === 0) run.text(words, page.left + 14, doc.y, { ...options, continued })
    else run.text(words, { ...options, continued })
  })
  doc.y += 3
}

function drawOptions(sheet: Sheet, { options }: Report, { findings }: ReportForPage): void {
  if (options.length === 0) return
  const numbers = new Map(findings.map(({ finding }, index) => [finding.id, index + 1]))
  sheet.heading("Options, for the clinician's decision")
  for (const option of options) drawOption(sheet, option, numbers.get(option.findingId))
}

function drawOption(sheet: Sheet, { option, because, source, sourceUrl, note, ruleVersion }: StoneOption, number: number | undefined): void {
  const head = `Finding ${number ?? '–'}: ${option}`
  const small = { size: 8, color: ink.quiet }
  const tail = `${because} ${note}\nSource: ${source}, ${sourceUrl} (rules ${ruleVersion})`
  sheet.ensure(sheet.heightOf(head, bodyWidth) + sheet.heightOf(tail, bodyWidth, small) + 10)
  sheet.paragraph(head)
  sheet.paragraph(tail, small)
  sheet.space(5)
}

function drawAddenda(sheet: Sheet, { addenda }: Report): void {
  for (const [index, addendum] of addenda.entries()) {
    sheet.heading(`Addendum ${index + 1}`)
    sheet.paragraph(addendum.text)
    sheet.paragraph(`${addendum.signedBy}, ${instantWords(addendum.signedAt)} · SHA-256 ${addendum.hash}`, { size: 7.5, color: ink.quiet })
  }
}

function drawSignature(sheet: Sheet, { status, signedBy, signedAt, hash }: Report): void {
  sheet.heading('Signature')
  if (status === 'draft' || signedBy === null || signedAt === null) {
    sheet.paragraph('Not signed. This draft may still change.', { isBold: true, color: ink.watermark })
    return
  }
  sheet.paragraph(`Signed by ${signedBy} on ${instantWords(signedAt)}.${status === 'amended' ? ' What came later stands in the addenda.' : ''}`, { isBold: true })
  sheet.paragraph(`SHA-256 of the signed report: ${hash ?? ''}`, { size: 8, color: ink.quiet })
}

export function instantWords(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`
}

/** Header line from the second page on, the caution, the page number, and across a draft the word that it is one. */
function drawEveryPage(sheet: Sheet, { report, study }: ReportForPage): void {
  const { doc, at } = sheet
  const { count } = doc.bufferedPageRange()
  const missing = sheet.hasMissing() ? ' [U+…]: a character that the font of this page lacks, by its Unicode number.' : ''
  for (let index = 0; index < count; index++) {
    doc.switchToPage(index)
    // The footer lies in the margin, where pdfkit would otherwise begin a new page.
    doc.page.margins = { top: 0, bottom: 0, left: 0, right: 0 }
    if (report.status === 'draft') drawWatermark(sheet)
    if (index > 0) at([personName(study.patientName), study.patientId, study.studyDate ?? ''].filter((part) => part !== '').join(' · '), page.left, 40, bodyWidth, { size: 8, color: ink.quiet })
    const y = page.height - 44
    doc.moveTo(page.left, y - 6).lineTo(page.width - page.right, y - 6).lineWidth(0.4).strokeColor(ink.line).stroke()
    at(`${NOT_A_DEVICE}${missing}`, page.left, y, bodyWidth - 170, { size: 8, isBold: true })
    at(`Page ${index + 1} of ${count}`, page.width - page.right - 160, y, 160, { size: 8, align: 'right' })
    at(`Vigil · ${capitalised(report.status)} · version ${report.version}${report.hash === null ? '' : ` · ${report.hash.slice(0, 16)}`}`, page.width - page.right - 240, y + 11, 240, { size: 7, align: 'right', color: ink.quiet })
  }
}

function drawWatermark({ doc, at }: Sheet): void {
  doc.save()
  doc.rotate(-35, { origin: [page.width / 2, page.height / 2] }).fillOpacity(0.1)
  at('DRAFT: not signed', 0, page.height / 2 - 36, page.width, { size: 60, isBold: true, align: 'center', color: ink.watermark })
  doc.restore()
  doc.fillOpacity(1)
}
