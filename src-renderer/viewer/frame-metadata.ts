import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { planeOfFrame } from './plane.ts'

export type KnownFrame = Readonly<{ series: SeriesDescription; frame: FrameDescription }>

/**
 * Cornerstone3D's metadata modules for one frame, from the edge's description: no DICOM is parsed in the page.
 * Answers `undefined` for modules that it does not hold, as Cornerstone3D's providers do.
 */
export function frameMetadata(module: string, { series, frame }: KnownFrame): Readonly<Record<string, unknown>> | undefined {
  const pixel = frame.pixel ?? series.pixel
  switch (module) {
    case 'imagePlaneModule': return imagePlane({ series, frame })
    case 'imagePixelModule': return { ...pixel }
    case 'generalSeriesModule': return { modality: series.modality, seriesInstanceUID: series.seriesUid, studyInstanceUID: series.studyUid, seriesNumber: series.seriesNumber }
    case 'modalityLutModule': return { rescaleSlope: frame.rescaleSlope, rescaleIntercept: frame.rescaleIntercept, rescaleType: frame.rescaleType }
    case 'voiLutModule': return { windowCenter: frame.windowCenters, windowWidth: frame.windowWidths, voiLUTFunction: pixel.voiLutFunction }
    case 'sopCommonModule': return { sopClassUID: pixel.sopClassUid, sopInstanceUID: frame.sopInstanceUid }
    case 'transferSyntax': return { transferSyntaxUID: pixel.transferSyntaxUid }
    default: return undefined
  }
}

function imagePlane({ series, frame }: KnownFrame): Readonly<Record<string, unknown>> {
  const plane = planeOfFrame(series, frame)
  return {
    frameOfReferenceUID: series.frameOfReferenceUid, rows: plane.rows, columns: plane.columns,
    imageOrientationPatient: [...plane.alongColumns, ...plane.alongRows], rowCosines: plane.alongColumns, columnCosines: plane.alongRows,
    imagePositionPatient: plane.originMm, sliceThickness: series.sliceThicknessMm, sliceLocation: frame.alongNormalMm,
    pixelSpacing: [plane.rowStepMm, plane.columnStepMm], rowPixelSpacing: plane.rowStepMm, columnPixelSpacing: plane.columnStepMm,
    usingDefaultValues: plane.basis === 'pixels'
  }
}
