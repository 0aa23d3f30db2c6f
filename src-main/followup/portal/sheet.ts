import { readFileSync } from 'node:fs'
import PdfKit from 'pdfkit'
import { create } from 'qrcode'
import type { Language } from '../../../src-shared/followup.ts'
import { resourcePath } from '../../platform/resources.ts'

export type SheetFacts = Readonly<{ language: Language, clinicName: string, clinicPhone: string, patientNumber: string, studyDate: string | null, link: string, validTo: Date, createdAt: Date }>
const page = { width: 595.28, left: 64 } as const
const qrSize = 230

const words: Readonly<Record<Language, Readonly<{ title: string, steps: readonly string[], valid: (day: string) => string, safe: string, urgent: string, number: string, study: string }>>> = {
  en: {
    title: 'Your results on your phone',
    steps: ['Point the camera of your phone at the square.', 'Type your mobile number. A code comes as a text message.', 'Type the code, and read your results.'],
    valid: (day) => `The square works until ${day}. Ask us for a new one after that.`,
    safe: 'The square alone shows nothing to anybody: it takes the code on your own phone. We never ask you for a code.',
    urgent: 'Get help at once if you have fever, if you can not pass urine, or if the pain becomes unbearable.', number: 'Patient number', study: 'Scan of'
  },
  es: {
    title: 'Sus resultados en su teléfono',
    steps: ['Apunte la cámara de su teléfono al cuadrado.', 'Escriba su número de móvil. Recibirá un código por mensaje.', 'Escriba el código y lea sus resultados.'],
    valid: (day) => `El cuadrado sirve hasta el ${day}. Después, pídanos otro.`,
    safe: 'El cuadrado por sí solo no muestra nada a nadie: hace falta el código de su propio teléfono. Nunca le pediremos un código.',
    urgent: 'Busque ayuda de inmediato si tiene fiebre, si no puede orinar o si el dolor se vuelve insoportable.', number: 'Número de paciente', study: 'Estudio del'
  }
}

/** One page to take home: how to read the results, and the code that leads there. No name and no finding stands on it. */
export async function patientSheet({ language, clinicName, clinicPhone, patientNumber, studyDate, link, validTo, createdAt }: SheetFacts): Promise<Uint8Array> {
  const text = words[language]
  const day = (at: Date) => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at)
  const doc = new PdfKit({ size: 'A4', lang: language, displayTitle: true, font: '', margins: { top: 64, bottom: 48, left: page.left, right: page.left }, info: { Title: text.title, Producer: 'Vigil', Creator: 'Vigil', CreationDate: createdAt } })
  doc.registerFont('regular', readFileSync(resourcePath('fonts', 'inter-regular.ttf')))
  doc.registerFont('bold', readFileSync(resourcePath('fonts', 'inter-semibold.ttf')))
  const done = bytesOf(doc)
  doc.fillColor('#14181c').font('bold').fontSize(13).text(clinicName)
  if (clinicPhone !== '') doc.font('regular').fontSize(11).text(clinicPhone)
  doc.moveDown(1.5).font('bold').fontSize(24).text(text.title)
  const facts = [studyDate === null ? '' : `${text.study} ${day(new Date(`${studyDate}T12:00:00Z`))}`, patientNumber === '' ? '' : `${text.number}: ${patientNumber}`].filter((part) => part !== '')
  doc.moveDown(0.3).font('regular').fontSize(11).fillColor('#55606b').text(facts.join('   ·   ')).fillColor('#14181c')
  doc.moveDown(1)
  for (const [index, step] of text.steps.entries()) doc.fontSize(14).text(`${index + 1}.  ${step}`, { lineGap: 4 })
  doc.moveDown(1)
  drawQr(doc, link, (page.width - qrSize) / 2, doc.y)
  doc.x = page.left
  doc.y += qrSize + 16
  for (const line of [text.valid(day(validTo)), text.safe]) doc.fontSize(11).text(line, { lineGap: 3 }).moveDown(0.4)
  doc.moveDown(0.6).font('bold').fontSize(12).text(text.urgent, { lineGap: 3 })
  doc.end()
  return done
}

function drawQr(doc: PDFKit.PDFDocument, text: string, x: number, y: number): void {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const cell = qrSize / modules.size
  for (let row = 0; row < modules.size; row++) for (let column = 0; column < modules.size; column++) if (modules.get(row, column) !== 0) doc.rect(x + column * cell, y + row * cell, cell, cell)
  doc.fill('#000000').fillColor('#14181c')
}

async function bytesOf(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    doc.on('end', () => { resolve(new Uint8Array(Buffer.concat(chunks))) })
    doc.on('error', reject)
  })
}
