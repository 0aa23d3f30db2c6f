import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PointMm } from '../src-shared/ids.ts'
import { WrittenKind } from '../src-shared/interchange.ts'
import { newRowId } from '../src-main/platform/row-id.ts'
import { aReviewedStudy, type ReviewedStudy } from './support/reviewed-study.ts'

/** Other people's readers, where this machine has them: DCMTK, dicom3tools, and highdicom for the Python that VIGIL_PYTHON names. */
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).error === undefined
const python = process.env['VIGIL_PYTHON'] ?? 'python3'
const hasHighdicom = spawnSync(python, ['-c', 'import highdicom']).status === 0
const without = (tool: string, is: boolean): string => (is ? '' : ` (skipped: ${tool} is not installed here)`)
const [hasDciodvfy, hasDcmtk] = [has('dciodvfy', '-version'), has('dsrdump', '--version')]

let study: ReviewedStudy
let folder = ''
const fileOf = (kind: WrittenKind): string => join(folder, `${kind}.dcm`)

beforeAll(async () => {
  if (!hasDciodvfy && !hasDcmtk && !hasHighdicom) return
  study = await aReviewedStudy()
  folder = join(study.folder, 'written')
  mkdirSync(folder)
  const values = [{ name: 'mean', value: 41.25, unit: 'HU' }, { name: 'area', value: 98.9, unit: 'mm²' }]
  const [finding] = study.edge.rooms.analysis.findings.list(study.truth.studyUid)
  const [x, y, z] = study.edge.rooms.studies.describeSeries(study.truth.seriesUid).frames.find(({ sopInstanceUid }) => sopInstanceUid === finding?.sopInstanceUid)?.positionMm ?? [0, 0, 0]
  const at = (column: number, row: number): PointMm => [x + column * 1.4, y + row * 1.5, z]
  await study.draw({ tool: 'length', pointsMm: [at(10, 10), at(20, 10)], values: [{ name: 'length', value: 14, unit: 'mm' }] })
  await study.draw({ tool: 'bidirectional', pointsMm: [at(10, 20), at(14, 20), at(12, 15), at(12, 25)], values: [{ name: 'long', value: 15, unit: 'mm' }, { name: 'short', value: 5.6, unit: 'mm' }] })
  await study.draw({ tool: 'angle', pointsMm: [at(10, 30), at(20, 30), at(20, 40)], values: [{ name: 'angle', value: 90, unit: '°' }] })
  await study.draw({ tool: 'cobb', pointsMm: [at(10, 50), at(20, 50), at(10, 60), at(20, 65)], values: [{ name: 'Cobb', value: 28.2, unit: '°' }] })
  await study.draw({ tool: 'ellipse', pointsMm: [at(30, 30), at(40, 36)], values })
  await study.draw({ tool: 'rectangle', pointsMm: [at(50, 30), at(60, 36)], values })
  await study.draw({ tool: 'freehand', pointsMm: [at(70, 30), at(80, 30), at(80, 40), at(75, 45)], values })
  await study.draw({ tool: 'probe', pointsMm: [at(90, 90)], values: [{ name: 'value', value: 38, unit: 'HU' }] })
  await study.draw({ tool: 'arrow', pointsMm: [at(100, 90), at(110, 95)], values: [], label: 'größer' })
  await study.draw({ tool: 'text', pointsMm: [at(120, 90)], values: [], label: 'A remark' })
  await study.draw({ tool: 'length', pointsMm: [[0, 0, 10], [0, 30, 50]], values: [{ name: 'length', value: 50, unit: 'mm' }], sopInstanceUid: null, frameNumber: null })
  const id = newRowId()
  await study.browser.send('PUT', `/api/key-images/${id}`, { id, studyUid: study.truth.studyUid, seriesUid: study.truth.seriesUid, sopInstanceUid: finding?.sopInstanceUid, frameNumber: 1, note: 'größte', revision: 0 })
  await study.sign()
  for (const kind of WrittenKind.options) writeFileSync(fileOf(kind), Buffer.from(await (await study.browser.get(`${study.url}/export/${kind}`)).arrayBuffer()))
}, 120_000)
afterAll(async () => { if (folder !== '') await study.stop() })

describe('what Vigil writes', () => {
  it.skipIf(!hasDciodvfy).each(WrittenKind.options)(`has no error in any module of %s${without('dciodvfy of dicom3tools', hasDciodvfy)}`, (kind) => {
    const { stderr, stdout } = spawnSync('dciodvfy', ['-new', fileOf(kind)], { encoding: 'utf8' })
    const said = `${stdout}${stderr}`.split('\n')
    expect(said.filter((line) => line.startsWith('Error'))).toEqual([])
    // Codes of our own, and names that are kept in one piece, are all that it wonders about.
    expect(said.filter((line) => line.startsWith('Warning') && !/99VIGIL|Retired Person Name form/.test(line))).toEqual([])
  })

  it.skipIf(!hasDcmtk)(`is read by DCMTK, and the PDF comes out as it went in${without('DCMTK', hasDcmtk)}`, async () => {
    const report = execFileSync('dsrdump', [fileOf('sr')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    for (const words of ['Comprehensive 3D SR Document', '"Imaging Measurement Report"', '"Cobb angle")="28.2" (deg,UCUM', '"Diameter")=', '"Verdict of the clinician")=(accepted,99VIGIL']) expect(report).toContain(words)
    expect(execFileSync('dsrdump', [fileOf('kos')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toContain('Key Object Selection Document')
    execFileSync('dcm2pdf', [fileOf('pdf'), join(folder, 'report.pdf')])
    expect(Buffer.compare(readFileSync(join(folder, 'report.pdf')), Buffer.from(await (await study.browser.get(`${study.url}/report.pdf`)).arrayBuffer()))).toBe(0)
  })

  it.skipIf(!hasHighdicom)(`is read by highdicom, group by group and voxel by voxel${without('highdicom', hasHighdicom)}`, () => {
    const script = `
import json, sys, highdicom as hd
sr = hd.sr.srread(sys.argv[1]).content
groups = sr.get_planar_roi_measurement_groups() + sr.get_image_measurement_groups()
seg = hd.seg.segread(sys.argv[2])
uids = [uid[2] for uid in seg.get_source_image_uids()]
pixels = seg.get_pixels_by_source_instance(uids, combine_segments=False)
print(json.dumps({
  'groups': {g.tracking_identifier: [[m.name.meaning, m.value, m.unit.value] for m in g.get_measurements()] for g in groups},
  'tracking': {g.tracking_identifier: g.tracking_uid for g in groups},
  'segments': [[seg.get_segment_description(n).tracking_uid, int(pixels[..., i].sum())] for i, n in enumerate(seg.segment_numbers)]
}))`
    const found = JSON.parse(execFileSync(python, ['-c', script, fileOf('sr'), fileOf('seg')], { encoding: 'utf8' })) as { groups: Record<string, [string, number, string][]>, tracking: Record<string, string>, segments: [string, number][] }
    expect(Object.keys(found.groups).toSorted()).toEqual([
      'Angle 1', 'Arrow 1', 'Calculus 1', 'Calculus 2', 'Cobb angle 1', 'Ellipse 1', 'Freehand 1', 'Length 1', 'Length 2', 'Probe 1', 'Rectangle 1', 'Text 1', 'Two diameters 1'
    ])
    const { findings, masksOf } = study.edge.rooms.analysis
    const [first] = findings.list(study.truth.studyUid)
    expect(found.groups['Calculus 1']?.slice(0, 2)).toEqual([['Diameter', first?.diameterMm, 'mm'], ['Volume', first?.volumeMm3, 'mm3']])
    expect(found.groups['Two diameters 1']).toEqual([['Long axis', 15, 'mm'], ['Short axis', 5.6, 'mm']])
    const voxels = masksOf(study.truth.studyUid).map(({ runs }) => runs.filter((_, run) => run % 2 === 1).reduce((sum, length) => sum + length, 0))
    expect(found.segments.map(([, count]) => count).toSorted((a, b) => a - b)).toEqual(voxels.toSorted((a, b) => a - b))
    // A stone has one UID in both.
    expect(found.segments.map(([uid]) => uid).toSorted()).toEqual(['Calculus 1', 'Calculus 2'].map((name) => found.tracking[name]).toSorted())
  })
})
