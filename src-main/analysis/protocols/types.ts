import type { AnalysisWarning, Candidate, ProtocolMeasurement, ProtocolName } from '../../../src-shared/analysis.ts'
import type { SeriesUid } from '../../../src-shared/ids.ts'
import type { VoxelMask } from '../masks/region-mask.ts'
import type { CancelSignal } from '../volume/cancel.ts'

/** What is known of a series before a voxel is read; texts are '' where the header says nothing. */
export type SeriesFacts = Readonly<{
  seriesUid: SeriesUid
  modality: string
  bodyPart: string
  description: string
  studyDescription: string
  /** Values of Image Type, for example ORIGINAL, PRIMARY, AXIAL. */
  imageType: readonly string[]
  contrastAgent: string
  kernel: string
  rows: number | null
  columns: number | null
  slices: number
  /** Row and column direction cosines. */
  orientation: readonly number[] | null
  pixelSpacingMm: readonly [number, number] | null
  sliceSpacingMm: number | null
  sliceThicknessMm: number | null
  warnings: readonly string[]
}>

/** What a protocol knows besides the voxels. */
export type ProtocolContext = Readonly<{ bodyPart: string, description: string, contrastAgent: string, kernel: string, warnings: readonly string[] }>

export type ProtocolOptions = Readonly<{ signal?: CancelSignal, onProgress?: (fraction: number) => void }>

/** Plain data, so that it crosses a worker's boundary unchanged. */
export type ProtocolResult = Readonly<{
  candidates: Candidate[]
  /** The voxels behind each candidate's numbers, in the order of the candidates; null where it was not outlined. */
  masks: (VoxelMask | null)[]
  measurements: ProtocolMeasurement[], warnings: AnalysisWarning[]
}>

export type ChosenProtocol = Readonly<{ seriesUid: SeriesUid | null, protocol: ProtocolName, reason: string }>
