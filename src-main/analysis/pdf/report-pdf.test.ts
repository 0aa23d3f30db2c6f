import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { aCandidate, aSeries, aStudy, instanceUid, seriesUid, standInStudies, studyUid } from '../../../test/support/analysis-room.ts'
import { pdfPages } from '../../../test/support/pdf-text.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { Finding } from '../../../src-shared/analysis.ts'
import type { Report, ReportLine } from '../../../src-shared/reports.ts'
import { resourcePath } from '../../platform/resources.ts'
import { fontCoverage, printable } from './coverage.ts'
import type { ReportForPage } from './facts.ts'
import { personName } from './person-name.ts'
import { marksOf } from './picture-marks.ts'
import { cropAround, drawKeyImage, ringedSlice } from './pictures.ts'
import { reportPdf } from './report-pdf.ts'

const id = '0190a000-0000-7000-8000-0000000000aa'
const line = (words: string, change: Partial<ReportLine> = {}): ReportLine => ({ id: words, origin: 'measured', findingId: null, spans: [{ type: 'text', text: words }], ...change })

function aFinding(change: Partial<Finding> = {}): Finding {
  const { sliceIndex: _sliceIndex, ...measurement } = aCandidate()
  return {
    ...measurement, id, studyUid, analysisId: null, origin: 'measured', status: 'accepted', seriesUid, sopInstanceUid: instanceUid(5), frameNumber: 1, note: '', edits: [],
    revision: 1, decidedBy: 'Dr Hansen', decidedAt: '2026-11-20T11:00:00.000Z', ...change
  }
}
function aReport(change: Partial<Report> = {}): Report {
  return {
    id, studyUid, version: 1, status: 'draft', revision: 3, text: '', options: [], keyImages: [], addenda: [], missing: [], hash: null, signedBy: null, signedAt: null,
    updatedAt: '2026-11-20T11:00:00.000Z', content: { technique: [line('CT without contrast.')], findings: [line('Stone in the left kidney.')], impression: [line('One stone.')] }, ...change
  }
}
const onPage = (change: Partial<ReportForPage> = {}): ReportForPage => ({ report: aReport(), study: aStudy().study, findings: [], images: [], imagesLeftOut: 0, ...change })
const signed = { status: 'final', hash: 'ab'.repeat(32), signedBy: 'Dr Hansen', signedAt: '2026-11-20T12:34:00.000Z' } as const
const textOf = async (facts: ReportForPage) => pdfPages(await reportPdf(facts))

describe('the page of a report', () => {
  it('names patient, study, text, and that it is a draft', async () => {
    const [page = ''] = await textOf(onPage())
    for (const words of ['Doe, Jane', 'P1', '1970-01-02 · female', 'CT · CT abdomen', '2026-11-20 10:15', 'A-77', 'CT without contrast.', 'Stone in the left kidney.', 'One stone.', 'Not signed. This draft may still change.']) {
      expect(page).toContain(words)
    }
    expect(page.match(/DRAFT: not signed/g)).toHaveLength(2)
    expect(page).toContain("Not a medical device. For a clinician's review.")
    expect(page).toContain('Page 1 of 1')
  })

  it('is drawn in a moment whatever a header or a paste holds: names and words without end are cut and broken', async () => {
    const endless = { patientName: `${'Müller '.repeat(9000)}^${'\u202E'.repeat(50)}`, patientId: 'y'.repeat(60_000), description: '<script>'.repeat(5000), accessionNumber: '=cmd|'.repeat(9000) }
    const begin = performance.now()
    const pages = await textOf(onPage({ study: { ...aStudy().study, ...endless }, report: aReport({ content: { technique: [], findings: [line('z'.repeat(19_000))], impression: [line('One stone.')] } }) }))
    expect(performance.now() - begin).toBeLessThan(20_000)
    expect(pages.length).toBeLessThan(12)
    const [first = ''] = pages
    expect(first).toContain('Müller Müller')
    expect(first).toContain('…')
    expect(pages.join('').match(/z/g)?.length).toBe(19_000)
  })

  it('names signer, time and hash once signed, and is no draft any more', async () => {
    const [page = ''] = await textOf(onPage({ report: aReport(signed) }))
    expect(page).toContain('Signed by Dr Hansen on 2026-11-20 12:34 UTC.')
    expect(page).toContain(signed.hash)
    expect(page).not.toContain('DRAFT')
  })

  it('carries addenda and options with their source', async () => {
    const option = { ruleId: 'r', ruleVersion: 'urinary-stones 1', findingId: id, option: 'Wait and see.', because: 'Place: kidney.', source: 'A review', sourceUrl: 'https://example.org/x', note: "For the clinician's decision." }
    const report = aReport({ ...signed, status: 'amended', version: 2, options: [option], addenda: [{ id, text: 'Grown by 1 mm.', signedBy: 'Ada Admin', signedAt: '2026-11-21T08:00:00.000Z', hash: 'cd'.repeat(32) }] })
    const [page = ''] = await textOf(onPage({ report, findings: [{ finding: aFinding(), measured: null }] }))
    for (const words of ['Finding 1: Wait and see.', 'Source: A review, https://example.org/x', "For the clinician's decision.", 'ADDENDUM 1', 'Grown by 1 mm.', 'Ada Admin, 2026-11-21 08:00 UTC', 'cd'.repeat(32), 'Signed, with an addendum']) {
      expect(page).toContain(words)
    }
  })

  it('lists every finding and marks an edited number with what was measured', async () => {
    const measured = { diameterMm: 7.24, diameterErrorMm: 0.42, volumeMm3: 121.3, meanHu: 850.4, maxHu: 1203 }
    const findings = [
      { finding: aFinding({ diameterMm: 8, diameterErrorMm: null, status: 'amended' }), measured },
      { finding: aFinding({ kind: 'phlebolith', status: 'rejected' }), measured },
      { finding: aFinding({ origin: 'clinician', diameterMm: null, volumeMm3: null, meanHu: null, maxHu: null, laterality: 'unknown', location: 'unknown' }), measured: null },
      { finding: aFinding({ status: 'proposed', decidedBy: null }), measured }
    ]
    const [page = ''] = await textOf(onPage({ findings }))
    for (const words of ['8.0* (7.2)', 'Accepted, edited, Dr Hansen', 'Phlebolith 7.2 ± 0.4 121 850 / 1203 Left Kidney Rejected, Dr Hansen', 'Added by hand, Dr Hansen', 'Not decided', '* edited by the clinician; in brackets what was measured']) {
      expect(page).toContain(words)
    }
  })

  it('shows an edited number in a line with what was measured', async () => {
    const chip = { type: 'number', text: '8.0', findingId: id, field: 'diameterMm', unit: 'mm', measured: '7.2', isEdited: true } as const
    const report = aReport({ content: { technique: [], findings: [line('x', { origin: 'clinician', spans: [{ type: 'text', text: 'Stone of ' }, chip, { type: 'text', text: ' mm.' }] }), line('', { spans: [] })], impression: [] } })
    const [page = ''] = await textOf(onPage({ report }))
    expect(page.replaceAll(' ', '')).toContain('Stoneof8.0[edited;measured7.2]mm.')
    expect(page.match(/Nothing written\./g)).toHaveLength(2)
  })

  it('repeats table head, patient and caution on every page', async () => {
    const findings = Array.from({ length: 60 }, () => ({ finding: aFinding(), measured: null }))
    const pages = await textOf(onPage({ findings }))
    expect(pages.length).toBeGreaterThan(2)
    pages.forEach((page, index) => {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`)
      expect(page).toContain("Not a medical device. For a clinician's review.")
    })
    expect(pages[1]).toContain('Doe, Jane · P1 · 2026-11-20')
    expect(pages[1]).toContain('HU mean / max')
  })

  it('keeps names of every script: what the font has is drawn, what it lacks is named', async () => {
    const study = { ...aStudy().study, patientName: 'Дмитриев^Иван=山田^太郎=Παπαδόπουλος^Νίκος', description: 'שלום' }
    const [page = ''] = await textOf(onPage({ study }))
    expect(page).toContain('Дмитриев, Иван ([U+5C71 U+7530], [U+592A U+90CE] · Παπαδόπουλος, Νίκος)')
    expect(page).toContain('CT · [U+05E9 U+05DC U+05D5 U+05DD]')
    expect(page).toContain('a character that the font of this page lacks')
  })

  it('is the same bytes for the same report', async () => {
    const facts = onPage({ report: aReport(signed), findings: [{ finding: aFinding(), measured: null }] })
    expect(Buffer.compare(await reportPdf(facts), await reportPdf(facts))).toBe(0)
  })

  it('draws key images with their captions, and says why one can not be drawn', async () => {
    const image = { id, seriesUid, sopInstanceUid: instanceUid(5), frameNumber: 1, findingId: id, caption: 'Stone, 7.2 mm' }
    const drawn = await drawKeyImage(standInStudies(), image, aFinding())
    expect(drawn.pictures).toHaveLength(2)
    expect(drawn.pictures[0]?.ring).toEqual({ x: 42.5 / 64, y: 36.5 / 64, radius: (7.24 / 2 + 4) / 64 })
    const dark = standInStudies([studyUid], { renderFrame: async () => { throw new AppError('cannot-decode', 'The image is coded in a way that this version can not read.') } })
    const images = [drawn, await drawKeyImage(dark, image, aFinding()), await drawKeyImage(standInStudies(), { ...image, frameNumber: 9 }, aFinding())]
    const text = (await textOf(onPage({ images, imagesLeftOut: 2 }))).join(' ')
    for (const words of ['1. Stone, 7.2 mm', 'CT series 2 (ABDOMEN NATIVE 2.0), slice 6 of 40', 'coded in a way', 'not in the study any more', '2 more key images are in the application.']) expect(text).toContain(words)
    await expect(drawKeyImage(standInStudies([studyUid], { renderFrame: async () => { throw new Error('broken') } }), image, aFinding())).rejects.toThrow('broken')
  })
})

describe('a key image for the screen', () => {
  it('carries the ring around the spot', async () => {
    const image = { id, seriesUid, sopInstanceUid: instanceUid(5), frameNumber: 1, findingId: id, caption: '' }
    const { data, info } = await sharp(await ringedSlice(standInStudies(), image, aFinding())).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3)]
    const [centreX, centreY, radius] = [42.5 / 64 * 640, 36.5 / 64 * 640, (7.24 / 2 + 4) / 64 * 640]
    expect(at(Math.round(centreX + radius), Math.round(centreY))[0]).toBeGreaterThan(120)
    expect(at(Math.round(centreX), Math.round(centreY))).toEqual([0, 0, 0])
    await expect(ringedSlice(standInStudies(), { ...image, frameNumber: 9 }, aFinding())).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the marks of a picture', () => {
  const series = aSeries()
  const [frame] = series.frames
  if (frame === undefined) throw new Error('The series has no frame.')

  it('names the sides of the patient and a length that suits the picture', () => {
    expect(marksOf({ ...series, orientation: [1, 0, 0, 0, 1, 0] }, frame, 350)).toEqual({ letters: { left: 'R', right: 'L' }, barMm: 50 })
    expect(marksOf({ ...series, orientation: [-1, 0, 0, 0, -1, 0] }, frame, 60)).toEqual({ letters: { left: 'L', right: 'R' }, barMm: 10 })
    expect(marksOf({ ...series, orientation: [0, 1, 0, 0, 0, -1] }, frame, 20)).toEqual({ letters: { left: 'A', right: 'P' }, barMm: null })
    expect(marksOf({ ...series, orientation: [0.9, 0, -0.43, 0, 1, 0] }, frame, 60).letters).toEqual({ left: 'RH', right: 'LF' })
  })

  it('says nothing that is not known: no side without orientation, no length that is not the body\'s', () => {
    expect(marksOf({ ...series, orientation: null, spacingBasis: 'detector' }, frame, 350)).toEqual({ letters: null, barMm: null })
  })

  it('stand on the page, the same bytes each time', async () => {
    const image = { id, seriesUid, sopInstanceUid: instanceUid(5), frameNumber: 1, findingId: id, caption: 'Stone' }
    const facts = onPage({ images: [await drawKeyImage(standInStudies(), image, aFinding())] })
    expect((await textOf(facts)).join(' ').match(/\b1 cm\b/g)).toHaveLength(2)
    expect(Buffer.compare(await reportPdf(facts), await reportPdf(facts))).toBe(0)
  })
})

describe('a close-up', () => {
  it('is moved inside the image where it would stick out, and is none without geometry', () => {
    const series = aSeries()
    const [frame] = series.frames
    if (frame === undefined) throw new Error('The series has no frame.')
    expect(cropAround(series, frame, [0, 0, 0], 20)).toEqual({ x: 22, y: 22, width: 20, height: 20 })
    expect(cropAround(series, frame, [-32, 31, 0], 20)).toEqual({ x: 0, y: 44, width: 20, height: 20 })
    expect(cropAround(series, frame, [0, 0, 0], 500)).toEqual({ x: 0, y: 0, width: 64, height: 64 })
    expect(cropAround({ ...series, pixelSpacingMm: null }, frame, [0, 0, 0], 20)).toBeNull()
  })
})

describe('printable text', () => {
  const covers = fontCoverage(readFileSync(resourcePath('fonts', 'inter-regular.ttf')))
  it('knows what the shipped fonts can draw', () => {
    for (const font of ['inter-regular.ttf', 'inter-semibold.ttf']) {
      const has = fontCoverage(readFileSync(resourcePath('fonts', font)))
      expect(Array.from('AzÄßçłőŠžДжяΑωΆ±³·–’°×').filter((character) => !has(character.codePointAt(0) ?? 0))).toEqual([])
      expect(has(0x5c71)).toBe(false)
    }
  })

  it('drops marks that turn or hide text, and composes accents', () => {
    expect(printable('a\u202Eb\u200Dc\u0000\td\ne', covers)).toBe('abc d\ne')
    expect(printable('u\u0308', covers)).toBe('ü')
    expect(printable('x山田y😀', covers)).toBe('x[U+5C71 U+7530]y[U+1F600]')
  })
})

describe('a person name', () => {
  it.each([
    ['DOE^JANE^^^', 'DOE, JANE'], ['Yamada^Tarou=山田^太郎', 'Yamada, Tarou (山田, 太郎)'], ['Adams^John Robert Quincy^^Rev.^B.A. M.Div.', 'Adams, John Robert Quincy, Rev. B.A. M.Div.'],
    ['Doe, Jane', 'Doe, Jane'], ['', ''], ['=山田^太郎', '山田, 太郎']
  ])('%j reads %j', (value, words) => {
    expect(personName(value)).toBe(words)
  })
})
