import { afterEach, describe, expect, it } from 'vitest'
import { aCandidate, aPhlebolith, anAnalysisRoom, aSeries, drHansen, standInStudies, studyUid, type RoomOptions, type TestRoom } from '../../../test/support/analysis-room.ts'
import type { Report, ReportContent, ReportLine } from '../../../src-shared/reports.ts'

const open: TestRoom[] = []
afterEach(async () => { for (const made of open.splice(0)) await made.close() })
async function aDraft(options: RoomOptions = {}) {
  const made = anAnalysisRoom({ candidates: [aCandidate()], ...options })
  open.push(made)
  await made.analysed()
  return { ...made, report: await made.room.reports.get(studyUid) }
}
const ownLine = (id: string, text: string): ReportLine => ({ id, origin: 'measured', findingId: null, spans: [{ type: 'text', text }] })
const withFindings = (report: Report, change: (lines: readonly ReportLine[]) => ReportLine[]): ReportContent => ({ ...report.content, findings: change(report.content.findings) })
/** The chip of a field anywhere in the findings, with another text. */
const retyped = (report: Report, field: string, text: string): ReportContent => withFindings(report, (lines) => lines.map((line) => ({
  ...line, spans: line.spans.map((span) => (span.type === 'number' && span.field === field ? { ...span, text, measured: text, isEdited: false } : span))
})))
const chip = (report: Report, field: string) => report.content.findings.flatMap((line) => line.spans).find((span) => span.type === 'number' && span.field === field)

describe('the draft', () => {
  it('says in plain words what was measured', async () => {
    const { report } = await aDraft({ candidates: [aCandidate(), aCandidate({ centreMm: [-20, 0, 20], sliceIndex: 10, laterality: 'right', location: 'pelvis', diameterMm: 3.96 }), aPhlebolith(), aPhlebolith({ centreMm: [0, 20, 2] })] })
    expect(report.text).toBe(`TECHNIQUE
CT series 2 (ABDOMEN NATIVE 2.0): 40 images of 64 × 64 pixels, slice spacing 2.0 mm, slice thickness 2.0 mm, pixel spacing 1.00 × 1.00 mm, 120 kVp, 80 mAs, kernel B30f, no contrast agent recorded.
Measured by the protocol urinary-stones 1.0 of Vigil 0.1.0. No model has read this study.

FINDINGS
Stone in the left kidney: longest diameter 7.2 ± 0.4 mm, volume 121 mm³, mean 850 HU, maximum 1203 HU.
Stone in the bony pelvis on the right (distal ureter or vein): longest diameter 4.0 ± 0.4 mm, volume 121 mm³, mean 850 HU, maximum 1203 HU.
2 dense foci not counted as stones: 2 phleboliths.
Body volume in the scan: 12.3 l.

IMPRESSION
2 urinary stones, the largest 7.2 mm, in the left kidney.`.replace('urinary-stones 1.0', `${report.content.technique[1]?.spans.map((span) => span.text).join('').match(/urinary-stones \S+/)?.[0]}`))
    expect(report.missing).toEqual(['2 stone findings are not decided yet: accept or reject each.'])
    expect(report.keyImages.map(({ caption }) => caption)).toEqual(['Stone in the left kidney, 7.2 mm; position L 10.0, P 4.0, H 10.0 mm', 'Stone in the bony pelvis on the right (distal ureter or vein), 4.0 mm; position R 20.0, P 0.0, H 20.0 mm'])
  })

  it('says so where nothing was measured', async () => {
    const { report, studies } = await aDraft({ candidates: [] })
    expect(report.text).toContain('FINDINGS\nNo stone was measured in the urinary tract.\n')
    expect(report.text).toContain('IMPRESSION\nNo urinary stone measured.')
    expect(studies.reviews.get(studyUid)?.findings).toBe('No stones measured')
    expect(report.missing).toEqual([])
  })

  it('names what is doubtful about a series that was not measured', async () => {
    const studies = standInStudies([studyUid], { describeSeries: () => ({ ...aSeries(), warningTexts: ['2 slices are missing.'] }) })
    const made = anAnalysisRoom({ studies })
    open.push(made)
    expect((await made.room.reports.get(studyUid)).text).toContain('no contrast agent recorded.\n2 slices are missing.')
  })

  it('of a study that was never analysed is there to be written, and its impression is missing', async () => {
    const made = anAnalysisRoom()
    open.push(made)
    const report = await made.room.reports.get(studyUid)
    expect(report).toMatchObject({ status: 'draft', version: 1, hash: null })
    expect(report.text).toContain('CT series 2 (ABDOMEN NATIVE 2.0)')
    expect(report.missing).toEqual(['The findings are empty.', 'The impression is empty.'])
    expect((await made.room.reports.get(studyUid)).revision).toBe(report.revision)
    expect(made.room.reports.current(studyUid)?.id).toBe(report.id)
  })
})

describe('a saved text', () => {
  it('survives the end of the process that took it', async () => {
    const { room, report, folder, close } = await aDraft()
    await room.reports.save(studyUid, { revision: report.revision, content: withFindings(report, (lines) => [...lines, ownLine('mine', 'Gallbladder unremarkable.')]) }, drHansen)
    open.pop()
    await close({ keepFolder: true })
    const again = anAnalysisRoom({ folder })
    open.push(again)
    expect((await again.room.reports.get(studyUid)).text).toContain('Gallbladder unremarkable.')
  })

  it('marks a changed number as edited and never believes what a window says was measured', async () => {
    const { room, report } = await aDraft()
    const saved = await room.reports.save(studyUid, { revision: report.revision, content: retyped(report, 'diameterMm', '8.0') }, drHansen)
    expect(chip(saved, 'diameterMm')).toMatchObject({ text: '8.0', measured: '7.2', isEdited: true })
    expect(saved.text).toContain('longest diameter 8.0 [edited; measured 7.2] ± 0.4 mm')
    expect(saved.content.findings[0]?.origin).toBe('measured')
    const back = await room.reports.save(studyUid, { revision: saved.revision, content: retyped(saved, 'diameterMm', '7.2') }, drHansen)
    expect(chip(back, 'diameterMm')).toMatchObject({ text: '7.2', measured: '7.2', isEdited: false })
  })

  it('gives a line to the clinician once its words change, and takes chips that stand on nothing for words', async () => {
    const { room, report } = await aDraft()
    const invented = { type: 'number' as const, text: '99', findingId: null, field: 'made.up', unit: 'mm', measured: '99', isEdited: false }
    const content = withFindings(report, ([first, ...rest]) => (first === undefined ? [] : [
      { ...first, spans: [...first.spans, { type: 'text' as const, text: ' Stable.' }] }, { id: 'mine', origin: 'measured' as const, findingId: null, spans: [invented] }, ...rest
    ]))
    const saved = await room.reports.save(studyUid, { revision: report.revision, content }, drHansen)
    expect(saved.content.findings.slice(0, 2).map(({ origin }) => origin)).toEqual(['clinician', 'clinician'])
    expect(saved.content.findings[1]?.spans).toEqual([{ type: 'text', text: '99' }])
  })

  it('typed over an older template draft is put under the newer one', async () => {
    const { room, report } = await aDraft()
    const [finding] = room.findings.list(studyUid)
    room.findings.edit(finding?.id ?? '', { revision: 0, laterality: 'right' }, drHansen)
    const content = { ...report.content, impression: [...report.content.impression, ownLine('advice', 'Discuss with urology.')] }
    const saved = await room.reports.save(studyUid, { revision: report.revision, content }, drHansen)
    expect(saved.text).toContain('Stone in the right kidney')
    expect(saved.text).toContain('1 urinary stone, longest diameter 7.2 mm, in the right kidney.\nDiscuss with urology.')
  })

  it('typed over another person’s text is refused', async () => {
    const { room, report } = await aDraft()
    const text = (words: string) => withFindings(report, (lines) => [...lines, ownLine('mine', words)])
    await room.reports.save(studyUid, { revision: report.revision, content: text('one') }, drHansen)
    await expect(room.reports.save(studyUid, { revision: report.revision, content: text('two') }, drHansen)).rejects.toMatchObject({ code: 'stale-revision' })
    await expect(room.reports.save(studyUid, { revision: 99, content: text('two') }, drHansen)).rejects.toMatchObject({ code: 'stale-revision' })
  })

  it('that is the same as before makes no new revision', async () => {
    const { room, report } = await aDraft()
    expect((await room.reports.save(studyUid, { revision: report.revision, content: report.content }, drHansen)).revision).toBe(report.revision)
  })
})

describe('after a verdict', () => {
  it('the untouched lines follow and the clinician’s stay', async () => {
    const { room, report } = await aDraft({ candidates: [aCandidate(), aCandidate({ centreMm: [-20, 0, 20], sliceIndex: 10, laterality: 'right', diameterMm: 4 })] })
    const touched = withFindings(report, (lines) => [...lines.map((line, index) => (index === 1 ? { ...line, spans: [{ type: 'text' as const, text: 'My own words about the right kidney.' }] } : line)), ownLine('mine', 'Liver normal.')])
    await room.reports.save(studyUid, { revision: report.revision, content: touched }, drHansen)
    const left = room.findings.list(studyUid).find(({ laterality }) => laterality === 'left')
    room.findings.verdict(left?.id ?? '', { verdict: 'reject', revision: 0 }, drHansen)
    const after = await room.reports.get(studyUid)
    expect(after.text).toContain('FINDINGS\nMy own words about the right kidney.')
    expect(after.text).toContain('Liver normal.')
    expect(after.text).not.toContain('left kidney')
    expect(after.text).toContain('1 urinary stone, longest diameter 4.0 mm, in the right kidney.')
  })

  it('a line that speaks of a rejected finding hinders the signature', async () => {
    const { room, report } = await aDraft()
    await room.reports.save(studyUid, { revision: report.revision, content: retyped(report, 'diameterMm', '8.0') }, drHansen)
    const [finding] = room.findings.list(studyUid)
    room.findings.verdict(finding?.id ?? '', { verdict: 'reject', revision: 0 }, drHansen)
    expect((await room.reports.get(studyUid)).missing).toEqual(['The text still speaks of a finding that was rejected. Remove that line or reopen the finding.'])
  })

  it('a number that was edited in the finding is marked in the text', async () => {
    const { room } = await aDraft()
    const [finding] = room.findings.list(studyUid)
    room.findings.edit(finding?.id ?? '', { revision: 0, volumeMm3: 200 }, drHansen)
    expect((await room.reports.get(studyUid)).text).toContain('volume 200 [edited; measured 121] mm³')
  })
})
