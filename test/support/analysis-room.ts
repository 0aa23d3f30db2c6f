import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Candidate } from '../../src-shared/analysis.ts'
import { AppError } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { SeriesDescription, StudyDetail } from '../../src-shared/studies.ts'
import type { RulerState } from '../../src-shared/system.ts'
import type { Volume } from '../../src-shared/volume.ts'
import { createAnalysis, type ReaderFace, type Review, type StudiesFace } from '../../src-main/analysis/index.ts'
import type { VoxelMask } from '../../src-main/analysis/masks/region-mask.ts'
import type { Measure } from '../../src-main/analysis/graph/measure.ts'
import { createBus } from '../../src-main/platform/bus.ts'
import { systemClock, type Clock } from '../../src-main/platform/clock.ts'
import { openDatabase } from '../../src-main/platform/database.ts'
import type { Principal } from '../../src-main/platform/http.ts'
import { createJobs } from '../../src-main/platform/jobs.ts'
import { createLog } from '../../src-main/platform/log.ts'

export const drHansen: Principal = { id: '0190a000-0000-7000-8000-000000000001', name: 'Dr Hansen', role: 'clinician' }
export const anAdmin: Principal = { id: '0190a000-0000-7000-8000-000000000002', name: 'Ada Admin', role: 'admin' }
export const anAssistant: Principal = { id: '0190a000-0000-7000-8000-000000000003', name: 'Asta Assistant', role: 'assistant' }
export const rightPassword = 'correct horse battery'

export const studyUid = StudyUid.parse('1.2.826.0.1.3680043.10.1')
export const seriesUid = SeriesUid.parse('1.2.826.0.1.3680043.10.1.1')
export const instanceUid = (index: number, study: string = studyUid) => SopInstanceUid.parse(`${study}.1.${index + 1}`)
const slices = 40

/** 40 slices of 64 × 64, 2 mm apart, pixels of 1 mm; the first voxel at (-32, -32, 0). */
export function aSeries(study: string = studyUid): SeriesDescription {
  return {
    seriesUid: SeriesUid.parse(`${study}.1`), studyUid: StudyUid.parse(study), modality: 'CT', description: 'ABDOMEN NATIVE 2.0', seriesNumber: 2,
    patient: { name: 'DOE^JANE', id: 'P1', birthDate: '1970-01-02', sex: 'F', age: '056Y' },
    studyDate: '2026-11-20', studyDescription: 'CT abdomen', frameOfReferenceUid: `${study}.9`,
    orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [1, 1], spacingBasis: 'body', sliceSpacingMm: 2, sliceThicknessMm: 2, gantryTiltDeg: 0,
    isVolume: true, notVolumeReason: null, warnings: [], warningTexts: [],
    imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    technique: { kvp: 120, mas: 80, kernel: 'B30f', contrastAgent: '', manufacturer: 'Vigil', model: 'Phantom', patientPosition: 'HFS' },
    pixel: {
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxUid: '1.2.840.10008.1.2.1', rows: 64, columns: 64, samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2',
      planarConfiguration: 0, bitsAllocated: 16, bitsStored: 16, highBit: 15, pixelRepresentation: 1, pixelPaddingValue: null, voiLutFunction: 'LINEAR',
      smallestPixelValue: null, largestPixelValue: null, palette: null
    },
    frameTimeMs: null,
    frames: Array.from({ length: slices }, (_, index) => ({
      sopInstanceUid: instanceUid(index, study), frameNumber: 1, instanceNumber: index + 1, positionMm: [-32, -32, index * 2], alongNormalMm: index * 2,
      rescaleSlope: 1, rescaleIntercept: 0, rescaleType: 'HU', windowCenters: [40], windowWidths: [400], bytes: 8192
    }))
  }
}

export function aStudy(study: string = studyUid): StudyDetail {
  return {
    study: {
      studyUid: StudyUid.parse(study), patientName: 'Doe, Jane', patientId: 'P1', birthDate: '1970-01-02', sex: 'F', studyDate: '2026-11-20', studyTime: '10:15:00',
      modalities: ['CT'], bodyPart: 'ABDOMEN', description: 'CT abdomen', accessionNumber: 'A-77', seriesCount: 1, instanceCount: slices, status: 'new', progress: null,
      findings: '', assignedTo: null, importedAt: '2026-11-20T10:30:00.000Z', warnings: 0
    },
    series: [{
      seriesUid: SeriesUid.parse(`${study}.1`), modality: 'CT', description: 'ABDOMEN NATIVE 2.0', instances: slices, rows: 64, columns: 64, transferSyntaxUid: '1.2.840.10008.1.2.1',
      pixelSpacingMm: [1, 1], sliceSpacingMm: 2, gantryTiltDeg: 0, warnings: [], seriesNumber: 2, bodyPart: 'ABDOMEN', frames: slices, frameOfReferenceUid: `${study}.9`,
      isViewable: true, notViewableReason: null, geometryNote: null
    }]
  }
}

export function aVolume(): Volume {
  return {
    columns: 64, rows: 64, slices, voxels: new Int16Array(new SharedArrayBuffer(64 * 64 * slices * 2)),
    geometry: {
      originsMm: Array.from({ length: slices }, (_, index) => [-32, -32, index * 2] as const), rowDirection: [1, 0, 0], columnDirection: [0, 1, 0], normal: [0, 0, 1],
      pixelSpacingMm: [1, 1], sliceGapsMm: Array.from({ length: slices - 1 }, () => 2), sliceSpacingMm: 2, sliceThicknessMm: 2, isEven: true, gantryTiltDeg: 0
    }
  }
}

/** A stone of 7.2 mm in the left kidney on slice 5, unless the test says otherwise. */
export function aCandidate(change: Partial<Candidate> = {}): Candidate {
  return {
    kind: 'stone', diameterMm: 7.24, diameterErrorMm: 0.42, volumeMm3: 121.3, meanHu: 850.4, maxHu: 1203, laterality: 'left', location: 'kidney', centreMm: [10, 4, 10],
    diameterEndsMm: [[6.4, 4, 10], [13.6, 4, 10]], sliceIndex: 5, confidence: 0.92, reason: 'Dense island in the kidney.', ...change
  }
}
export const aPhlebolith = (change: Partial<Candidate> = {}): Candidate => aCandidate({
  kind: 'phlebolith', diameterMm: 3.1, location: 'pelvis', centreMm: [-8, 20, 2], sliceIndex: 1, reason: 'Round, in the pelvis, with a lucent centre.', ...change
})

/** Three of four voxels in the slice of a candidate: what stands in for its half-maximum region. */
export function aMask({ centreMm: [x, y], sliceIndex }: Candidate): VoxelMask {
  return { from: [Math.max(0, Math.round(x + 32)), Math.max(0, Math.round(y + 32)), sliceIndex], size: [2, 2, 1], runs: [0, 3, 1] }
}

export const trueRuler: RulerState = { isTrue: true, checks: [] }
/** A black square: the picture of every frame here. */
const blackSquare = (sizePx: number, format: 'png' | 'webp') =>
  sharp({ create: { width: sizePx, height: sizePx, channels: 3, background: '#000000' } }).toFormat(format).toBuffer()

export type StandInStudies = StudiesFace & { reviews: Map<string, Review>, loads: string[] }

/** Studies without files: what an analysis needs to know of them, and what it told them. */
export function standInStudies(known: readonly string[] = [studyUid], change: Partial<StudiesFace> = {}): StandInStudies {
  const reviews = new Map<string, Review>()
  const loads: string[] = []
  const ofSeries = (uid: string) => {
    const study = known.find((one) => `${one}.1` === uid)
    if (study === undefined) throw new AppError('not-found', 'There is no such series.')
    return aSeries(study)
  }
  return {
    reviews, loads,
    detail: (uid) => {
      if (!known.includes(uid)) throw new AppError('not-found', 'There is no such study.')
      return aStudy(uid)
    },
    seriesOf: (uid) => known.includes(uid) ? [aSeries(uid)] : [],
    describeSeries: ofSeries,
    loadVolume: async (uid, options) => {
      loads.push(uid)
      options?.onProgress?.(1)
      return aVolume()
    },
    renderFrame: (_uid, _frame, { maxSizePx, format }) => blackSquare(maxSizePx, format),
    setReview: (uid, review) => { reviews.set(uid, { ...reviews.get(uid), ...review }) },
    ...change
  }
}

/** There is none, as on a fresh workstation. */
export const noReader: ReaderFace = {
  whyNot: () => 'No reader is installed.', isReadFirst: () => false,
  run: async () => { throw new AppError('not-configured', 'No reader is installed.') }
}

export type RoomOptions = Readonly<{
  reader?: ReaderFace
  folder?: string, studies?: StandInStudies, candidates?: readonly Candidate[], measure?: Measure, clock?: Clock, ruler?: () => RulerState, maxAttempts?: number,
  /** Takes up no work: for looking at what a dead process left. */
  isIdle?: boolean
}>

/** The analysis room on a real database in a temporary folder, with the jobs of the platform and studies that are made up. */
export function anAnalysisRoom(options: RoomOptions = {}) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'vigil-analysis-'))
  const clock = options.clock ?? systemClock()
  const log = createLog(() => undefined)
  const db = openDatabase({ file: join(folder, 'vigil.sqlite') })
  const published: EdgeEvent[] = []
  const events = createBus<EdgeEvent>((error) => { throw error })
  events.subscribe((event) => { published.push(event) })
  const jobs = createJobs({ db, clock, log })
  const audited: { action: string, actor: string, subject: string, detail?: Readonly<Record<string, unknown>> }[] = []
  const studies = options.studies ?? standInStudies()
  const state = { candidates: [...(options.candidates ?? [aCandidate(), aPhlebolith()])] }
  const measure: Measure = options.measure ?? (async (_input, { onProgress }) => {
    onProgress?.(1)
    return { candidates: state.candidates, masks: state.candidates.map(aMask), measurements: [{ name: 'body-volume', label: 'body volume in the scan', value: 12.34, unit: 'l' }], warnings: [] }
  })
  const room = createAnalysis({
    db, clock, jobs, events, studies, log, reader: options.reader ?? noReader, audit: { record: (entry) => { audited.push(entry) } },
    verifyPassword: async (_id, password) => password === rightPassword,
    ruler: options.ruler ?? (() => trueRuler), ...(options.maxAttempts === undefined ? {} : { maxAttempts: options.maxAttempts })
  }, measure)
  if (options.isIdle !== true) jobs.start()
  return {
    room, db, jobs, studies, audited, published, bus: events, folder, state,
    analysed: async (uid = studyUid) => room.waitFor((await room.analyse(uid, { protocol: 'auto' }, drHansen)).id),
    close: async ({ keepFolder = false } = {}) => {
      await jobs.stop()
      db.close()
      if (!keepFolder) rmSync(folder, { recursive: true, force: true })
    }
  }
}
export type TestRoom = ReturnType<typeof anAnalysisRoom>
