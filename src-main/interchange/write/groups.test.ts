import { describe, expect, it } from 'vitest'
import { annotationTools, type Annotation } from '../../../src-shared/annotations.ts'
import type { Finding } from '../../../src-shared/analysis.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { aSeries, instanceUid, seriesUid, studyUid } from '../../../test/support/analysis-room.ts'
import type { DicomItem } from '../../studies/index.ts'
import { annotationGroup } from './annotations.ts'
import { findingGroup } from './findings.ts'
import { imagesOf } from './images.ts'
import { measurementReport, type MeasurementFacts } from './measurement-report.ts'
import { segmentationOf } from './segmentation.ts'

const valueOf = (item: DicomItem, tag: number): unknown => item.find(([one]) => one === tag)?.[2]
const itemsOf = (item: DicomItem, tag: number): readonly DicomItem[] => (valueOf(item, tag) ?? []) as readonly DicomItem[]
const textAt = (item: DicomItem, tag: number): string => { const value = valueOf(item, tag); return Array.isArray(value) || typeof value === 'string' || typeof value === 'number' ? String(value) : '' }
const meaningOf = (item: DicomItem, tag: number): string => textAt(itemsOf(item, tag)[0] ?? [], 0x00080104)
/** A content item as a line: type, concept, value; children indented below it. */
function linesOf(item: DicomItem, depth = 0): string[] {
  const type = textAt(item, 0x0040a040)
  const [measured = []] = itemsOf(item, 0x0040a300)
  const values: Readonly<Record<string, string | undefined>> = {
    TEXT: textAt(item, 0x0040a160), UIDREF: 'uid', PNAME: textAt(item, 0x0040a123), CODE: meaningOf(item, 0x0040a168), IMAGE: textAt(itemsOf(item, 0x00081199)[0] ?? [], 0x00081155).split('.').at(-1),
    NUM: `${textAt(measured, 0x0040a30a)} ${textAt(itemsOf(measured, 0x004008ea)[0] ?? [], 0x00080100)}`,
    SCOORD: `${textAt(item, 0x00700023)} ${textAt(item, 0x00700022)}`, SCOORD3D: `${textAt(item, 0x00700023)} ${textAt(item, 0x00700022)}`
  }
  return [`${'  '.repeat(depth)}${type} ${meaningOf(item, 0x0040a043)} = ${values[type] ?? ''}`.trimEnd(), ...itemsOf(item, 0x0040a730).flatMap((child) => linesOf(child, depth + 1))]
}

const anAnnotation = (change: Partial<Annotation>): Annotation => ({
  id: '0190a000-0000-7000-8000-00000000000a', studyUid, seriesUid, sopInstanceUid: instanceUid(5), frameNumber: 1, tool: 'length', pointsMm: [[-32, -32, 10], [-22, -32, 10]], label: '', values: [],
  graphic: { version: 2, basis: 'body', isInPatient: true }, revision: 1, createdBy: 'Dr Hansen', createdAt: '2026-03-02T08:00:00.000Z', updatedAt: '2026-03-02T08:05:00.000Z', ...change
})
const aFinding = (change: Partial<Finding> = {}): Finding => ({
  id: '0190a000-0000-8000-8000-00000000000b', studyUid, analysisId: '0190a000-0000-7000-8000-00000000000c', origin: 'measured', kind: 'stone', status: 'accepted', seriesUid,
  sopInstanceUid: instanceUid(5), frameNumber: 1, confidence: 0.9, reason: 'Dense island.', note: '', diameterMm: 7.24, diameterErrorMm: 0.42, volumeMm3: 121.3, meanHu: 850.4, maxHu: 1203, huVoxels: 12,
  laterality: 'left', location: 'kidney', centreMm: [10, 4, 10], diameterEndsMm: [[6.4, 4, 10], [13.6, 4, 10]], edits: [], revision: 1, decidedBy: 'Dr Hansen', decidedAt: '2026-03-02T09:00:00.000Z', ...change
})
const engineOf = () => ({ protocol: 'urinary-stones' as const, protocolVersion: '1.0.0', app: '0.1.0', reader: null })
const groupOf = (annotation: Annotation, series: readonly SeriesDescription[] = [aSeries()]) => annotationGroup(annotation, 'Name', imagesOf(series))
const drawn = (change: Partial<Annotation>, series?: readonly SeriesDescription[]) => linesOf(groupOf(anAnnotation(change), series).item).slice(5)

describe('a drawn measurement', () => {
  it('of every tool is written, with who drew it', () => {
    const fourPoints: PointMm[] = [[-30, -30, 10], [-20, -27, 10], [-25, -28, 10], [-25, -20, 10]]
    for (const tool of annotationTools) {
      const group = groupOf(anAnnotation({ tool, pointsMm: fourPoints, values: tool === 'arrow' || tool === 'text' ? [] : [{ name: 'length', value: 1, unit: 'mm' }], label: 'words' }))
      const text = linesOf(group.item).join('\n')
      expect(text, tool).toContain('PNAME Person Observer Name = Dr Hansen')
      expect(text, tool).toContain('TEXT Comment = words')
      expect(text, tool).toMatch(/SCOORD (?:Source of Measurement|Image Region) = (?:POINT|POLYLINE|ELLIPSE) /)
      expect(group.images.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([instanceUid(5)])
    }
  })

  it('of two diameters ties each number to its own line, the long one to the longer', () => {
    const pointsMm: PointMm[] = [[-32, -32, 10], [-30, -32, 10], [-31, -36, 10], [-31, -26, 10]]
    expect(drawn({ tool: 'bidirectional', pointsMm, values: [{ name: 'long', value: 10, unit: 'mm' }, { name: 'short', value: 2, unit: 'mm' }] })).toEqual([
      '  IMAGE Source of Measurement = 6', '  NUM Long axis = 10 mm', '    SCOORD Source of Measurement = POLYLINE 1.5,-3.5,1.5,6.5', '      IMAGE  = 6',
      '  NUM Short axis = 2 mm', '    SCOORD Source of Measurement = POLYLINE 0.5,0.5,2.5,0.5', '      IMAGE  = 6'
    ])
  })

  it('of a region holds its outline once, and names statistics by how they were derived', () => {
    expect(drawn({ tool: 'rectangle', pointsMm: [[-32, -32, 10], [-22, -28, 10]], values: [{ name: 'mean', value: 41.25, unit: 'HU' }, { name: 'SD', value: 6, unit: 'HU' }, { name: 'area', value: 40, unit: 'mm²' }, { name: 'pixels', value: 55, unit: '' }] })).toEqual([
      '  SCOORD Image Region = POLYLINE 0.5,0.5,10.5,0.5,10.5,4.5,0.5,4.5,0.5,0.5', '    IMAGE  = 6', '  NUM Attenuation Coefficient = 41.25 [hnsf\'U]', '    CODE Derivation = Mean',
      '  NUM Attenuation Coefficient = 6 [hnsf\'U]', '    CODE Derivation = Standard Deviation', '  NUM Area = 40 mm2', '  NUM pixels = 55 1'
    ])
  })

  it('leaves out what has no value, and writes no number of its own', () => {
    expect(drawn({ tool: 'probe', pointsMm: [[-32, -32, 10]], values: [{ name: 'value', value: null, unit: 'HU' }] })).toEqual(['  IMAGE Source of Measurement = 6'])
  })

  it('on a plane that was cut lies in the patient; without a frame of reference its numbers stand alone', () => {
    const change = { sopInstanceUid: null, frameNumber: null, values: [{ name: 'length', value: 10, unit: 'mm' }] }
    expect(drawn(change)).toEqual(['  NUM Length = 10 mm', '    SCOORD3D Source of Measurement = POLYLINE -32,-32,10,-22,-32,10'])
    expect(drawn(change, [{ ...aSeries(), frameOfReferenceUid: null }])).toEqual(['  NUM Length = 10 mm'])
    const box = { tool: 'rectangle' as const, sopInstanceUid: null, frameNumber: null, pointsMm: [[0, 0, 0], [4, 0, 2]] as PointMm[], values: [{ name: 'area', value: 8, unit: 'mm²' }] }
    expect(drawn({ ...box, graphic: { along: [1, 0, 0] } })[0]).toBe('  SCOORD3D Image Region = POLYGON 0,0,0,4,0,0,4,0,2,0,0,2,0,0,0')
    // Nobody can tell the corners from two of them where the plane is not known.
    expect(drawn({ ...box, graphic: {} })).toEqual(['  NUM Area = 8 mm2'])
  })

  it('says beside its numbers what stood beside them on the screen', () => {
    expect(drawn({ values: [], graphic: { basis: 'body', note: 'mean of a slab of 10 mm' } })).toEqual(['  IMAGE Source of Measurement = 6', '  TEXT How it was measured = mean of a slab of 10 mm'])
  })

  it('on a detector says so beside each length, and which number is the estimate in the body', () => {
    const values = [{ name: 'length', value: 12, unit: 'mm' }, { name: 'length in the body', value: 10, unit: 'mm' }]
    const text = drawn({ values, graphic: { basis: 'detector' } })
    expect(text.filter((line) => line.startsWith('  NUM'))).toEqual(['  NUM Length = 12 mm', '  NUM Length = 10 mm'])
    expect(text.filter((line) => line.includes('Measurement Method'))).toEqual([
      '    CODE Measurement Method = At the detector', '    CODE Measurement Method = Estimated in the body by the magnification'
    ])
  })
})

describe('a finding', () => {
  const groupLines = (change: Partial<Finding> = {}) => linesOf(findingGroup(aFinding(change), 'Calculus 1', { images: imagesOf([aSeries()]), engineOf }).item)

  it('is written with every number of its row, its place and side, its verdict and what measured it', () => {
    expect(groupLines()).toEqual([
      'CONTAINER Measurement Group =', '  TEXT Tracking Identifier = Calculus 1', '  UIDREF Tracking Unique Identifier = uid', '  CODE Finding category = Morphologically abnormal structure',
      '  CODE Finding = Calculus', '  CODE Finding site = Kidney', '    CODE Laterality = Left', '  TEXT Algorithm Name = Vigil urinary-stones', '  TEXT Algorithm Version = 1.0.0',
      '  IMAGE Source of Measurement = 6', '  SCOORD3D Center = POINT 10,4,10', '  NUM Diameter = 7.24 mm', '    NUM Half width of the error band = 0.42 mm',
      '    SCOORD3D Source of Measurement = POLYLINE 6.4,4,10,13.6,4,10', '  NUM Volume = 121.3 mm3', "  NUM Attenuation Coefficient = 850.4 [hnsf'U]", '    CODE Derivation = Mean',
      '    NUM Voxels free of partial volume = 12 1', "  NUM Attenuation Coefficient = 1203 [hnsf'U]", '    CODE Derivation = Maximum', '  NUM Certainty of Finding = 0.9 1',
      '  CODE Verdict of the clinician = Accepted', '    CODE Observer Type = Person', '    PNAME Person Observer Name = Dr Hansen', '  TEXT Reason given by the algorithm = Dense island.'
    ])
  })

  it('that a clinician edited names who typed the number, and draws no line that was not its own', () => {
    const edits = [{ field: 'diameterMm' as const, from: 7.24, to: 8, by: 'Dr Mora', at: '2026-03-02T10:00:00.000Z' }]
    const text = groupLines({ diameterMm: 8, diameterErrorMm: null, edits, status: 'amended' })
    expect(text.slice(text.indexOf('  NUM Diameter = 8 mm'), text.indexOf('  NUM Volume = 121.3 mm3'))).toEqual(['  NUM Diameter = 8 mm', '    CODE Observer Type = Person', '    PNAME Person Observer Name = Dr Mora'])
    expect(text).toContain('  CODE Verdict of the clinician = Accepted with changes')
  })

  it('that was added by hand has its clinician as observer and no algorithm; one that nobody judged names nobody', () => {
    const byHand = groupLines({ origin: 'clinician', analysisId: null, confidence: null, volumeMm3: null, meanHu: null, maxHu: null, diameterEndsMm: null })
    expect(byHand.slice(3, 5)).toEqual(['  CODE Observer Type = Person', '  PNAME Person Observer Name = Dr Hansen'])
    expect(byHand.some((line) => line.includes('Algorithm'))).toBe(false)
    expect(groupLines({ status: 'proposed', decidedBy: null, decidedAt: null }).some((line) => line.includes('PNAME'))).toBe(false)
  })
})

const study = { studyUid, copied: [], appVersion: '0.1.0' }
const facts = (change: Partial<MeasurementFacts> = {}): MeasurementFacts => ({
  study, images: imagesOf([aSeries()]), modality: 'CT', findings: [aFinding()], annotations: [], engineOf, measuredAt: '2026-03-02T07:00:00.000Z', signed: null, ...change
})

describe('a report of measurements', () => {
  it('is Comprehensive 3D SR only where points lie in the patient', () => {
    expect(measurementReport(facts()).sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.88.34')
    expect(measurementReport(facts({ findings: [], annotations: [anAnnotation({ values: [{ name: 'length', value: 10, unit: 'mm' }] })] })).sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.88.33')
  })

  it('counts as complete once signed, and as verified only where nothing in it lies outside the signature', () => {
    const flags = (change: Partial<MeasurementFacts>) => [0x0040a491, 0x0040a493, 0x0040a496].map((tag) => valueOf(measurementReport(facts(change)).elements, tag))
    const signed = { by: 'Dr Hansen', at: '2026-03-02T11:00:00.000Z' }
    expect(flags({})).toEqual(['PARTIAL', 'UNVERIFIED', 'PRELIMINARY'])
    expect(flags({ signed })).toEqual(['COMPLETE', 'VERIFIED', 'FINAL'])
    expect(flags({ signed, annotations: [anAnnotation({})] })).toEqual(['COMPLETE', 'UNVERIFIED', 'FINAL'])
  })
})

describe('a segmentation', () => {
  const series = aSeries()
  const segment = (change: object = {}) => ({
    finding: aFinding(), engine: engineOf(),
    mask: {
      findingId: aFinding().id, seriesUid, from: [41, 35, 4] as [number, number, number], size: [2, 2, 3] as [number, number, number], originMm: [9, 3, 8] as PointMm, columnStepMm: [1, 0, 0] as PointMm,
      rowStepMm: [0, 1, 0] as PointMm, sliceStepMm: [0, 0, 2] as PointMm, frames: [4, 5, 6].map((index) => ({ sopInstanceUid: instanceUid(index), frameNumber: 1 })), runs: [0, 1, 3, 8], ...change
    }
  })
  const written = (segments = [segment()], of: SeriesDescription = series) => segmentationOf({ study, images: imagesOf([of]), series: of, segments, measuredAt: '2026-03-02T07:00:00.000Z' }).elements

  it('has a frame for each slice of each stone, at the place of its image', () => {
    const frames = itemsOf(written([segment(), segment({ from: [3, 3, 4] })]), 0x52009230)
    const places = frames.map((frame) => valueOf(itemsOf(frame, 0x00209113)[0] ?? [], 0x00200032))
    expect(places).toEqual([[-32, -32, 8], [-32, -32, 10], [-32, -32, 12], [-32, -32, 8], [-32, -32, 10], [-32, -32, 12]])
    expect(frames.map((frame) => valueOf(itemsOf(frame, 0x00209111)[0] ?? [], 0x00209157))).toEqual([[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]])
    const source = (frame: DicomItem) => valueOf(itemsOf(itemsOf(frame, 0x00089124)[0] ?? [], 0x00082112)[0] ?? [], 0x00081155)
    expect(frames.slice(0, 3).map(source)).toEqual([4, 5, 6].map((index) => instanceUid(index)))
  })

  it('takes the place of an image from the image, in a tilted, uneven, reversed series too', () => {
    const tilted = { ...series, frames: series.frames.map((frame, index) => ({ ...frame, positionMm: [-32, -32 + index * 0.7, index * 2 + (index > 4 ? 0.3 : 0)] as PointMm })).toReversed() }
    const places = itemsOf(written([segment()], tilted), 0x52009230).map((frame) => valueOf(itemsOf(frame, 0x00209113)[0] ?? [], 0x00200032))
    expect(places).toEqual([[-32, -32 + 4 * 0.7, 8], [-32, -32 + 5 * 0.7, 10.3], [-32, -32 + 6 * 0.7, 12.3]])
  })

  it('says whether its stones share voxels, and whether a clinician has seen them', () => {
    expect([valueOf(written(), 0x00620013), valueOf(written([segment(), segment()]), 0x00620013)]).toEqual(['NO', 'YES'])
    const [proposed] = itemsOf(written([{ ...segment(), finding: aFinding({ status: 'proposed', decidedBy: null }) }]), 0x00620002)
    expect(valueOf(proposed ?? [], 0x00620006)).toBe('Proposed, not reviewed by a clinician')
  })

  it('is refused with a sentence where nobody could tell where it lies', () => {
    expect(() => written([segment()], { ...series, frameOfReferenceUid: null })).toThrow(/no frame of reference/)
    expect(() => written([segment()], { ...series, frames: series.frames.slice(0, 5) })).toThrow(/not in the series any more/)
  })
})
