/** Attribute tags as numbers, group in the upper 16 bits (PS3.6). Only those that studies reads by name. */
export const Tag = {
  fileMetaGroupLength: 0x00020000, mediaStorageSopClassUid: 0x00020002, mediaStorageSopInstanceUid: 0x00020003, transferSyntaxUid: 0x00020010,
  specificCharacterSet: 0x00080005, imageType: 0x00080008, sopClassUid: 0x00080016, sopInstanceUid: 0x00080018,
  studyDate: 0x00080020, seriesDate: 0x00080021, studyTime: 0x00080030, seriesTime: 0x00080031, accessionNumber: 0x00080050, modality: 0x00080060,
  manufacturer: 0x00080070, institutionName: 0x00080080, studyDescription: 0x00081030, seriesDescription: 0x0008103e, manufacturerModelName: 0x00081090,
  patientName: 0x00100010, patientId: 0x00100020, issuerOfPatientId: 0x00100021, patientBirthDate: 0x00100030, patientSex: 0x00100040, patientAge: 0x00101010,
  contrastBolusAgent: 0x00180010, bodyPartExamined: 0x00180015, sliceThickness: 0x00180050, kvp: 0x00180060, spacingBetweenSlices: 0x00180088,
  frameTime: 0x00181063, exposureTime: 0x00181150, tubeCurrent: 0x00181151, exposure: 0x00181152, imagerPixelSpacing: 0x00181164,
  convolutionKernel: 0x00181210, patientPosition: 0x00185100, ultrasoundRegions: 0x00186011, regionSpatialFormat: 0x00186012,
  regionMinX: 0x00186018, regionMinY: 0x0018601a, regionMaxX: 0x0018601c, regionMaxY: 0x0018601e,
  distanceSourceToDetector: 0x00181110, distanceSourceToPatient: 0x00181111, magnificationFactor: 0x00181114,
  physicalUnitsX: 0x00186024, physicalUnitsY: 0x00186026, physicalDeltaX: 0x0018602c, physicalDeltaY: 0x0018602e,
  studyInstanceUid: 0x0020000d, seriesInstanceUid: 0x0020000e, studyId: 0x00200010, seriesNumber: 0x00200011, instanceNumber: 0x00200013,
  imagePosition: 0x00200032, imageOrientation: 0x00200037, frameOfReferenceUid: 0x00200052,
  samplesPerPixel: 0x00280002, photometricInterpretation: 0x00280004, planarConfiguration: 0x00280006, numberOfFrames: 0x00280008,
  rows: 0x00280010, columns: 0x00280011, pixelSpacing: 0x00280030, pixelAspectRatio: 0x00280034, pixelSpacingCalibrationType: 0x00280a02, bitsAllocated: 0x00280100, bitsStored: 0x00280101, highBit: 0x00280102,
  pixelRepresentation: 0x00280103, smallestPixelValue: 0x00280106, largestPixelValue: 0x00280107, pixelPaddingValue: 0x00280120,
  windowCenter: 0x00281050, windowWidth: 0x00281051, rescaleIntercept: 0x00281052, rescaleSlope: 0x00281053, rescaleType: 0x00281054,
  voiLutFunction: 0x00281056, redPaletteDescriptor: 0x00281101, greenPaletteDescriptor: 0x00281102, bluePaletteDescriptor: 0x00281103,
  redPalette: 0x00281201, greenPalette: 0x00281202, bluePalette: 0x00281203, lossyImageCompression: 0x00282110,
  sharedFunctionalGroups: 0x52009229, perFrameFunctionalGroups: 0x52009230,
  planePositionSequence: 0x00209113, planeOrientationSequence: 0x00209116, pixelMeasuresSequence: 0x00289110,
  pixelValueTransformationSequence: 0x00289145, frameVoiLutSequence: 0x00289132,
  lutDescriptor: 0x00283002, lutExplanation: 0x00283003, modalityLutType: 0x00283004, lutData: 0x00283006, modalityLutSequence: 0x00283000, voiLutSequence: 0x00283010,
  segmentedRedPalette: 0x00281221, segmentedGreenPalette: 0x00281222, segmentedBluePalette: 0x00281223,
  pixelPaddingRangeLimit: 0x00280121, presentationLutShape: 0x20500020, pixelPresentation: 0x00089205,
  cineRate: 0x00180040, frameTimeVector: 0x00181065, playbackSequencing: 0x00181244, recommendedRate: 0x00082144,
  frameContentSequence: 0x00209111, stackId: 0x00209056, temporalPositionIndex: 0x00209128, inStackPositionNumber: 0x00209057, dimensionIndexValues: 0x00209157,
  dimensionIndexSequence: 0x00209222, dimensionIndexPointer: 0x00209165, frameType: 0x00089007, mrFrameTypeSequence: 0x00189226, ctFrameTypeSequence: 0x00189329,
  petFrameTypeSequence: 0x00189751,
  acquisitionDate: 0x00080022, acquisitionTime: 0x00080032, patientWeight: 0x00101030, units: 0x00541001, suvType: 0x00541006, decayCorrection: 0x00541102,
  correctedImage: 0x00280051, radiopharmaceuticals: 0x00540016, radionuclideTotalDose: 0x00181074, radionuclideHalfLife: 0x00181075,
  radiopharmaceuticalStartTime: 0x00181072, radiopharmaceuticalStartDateTime: 0x00181078,
  extendedOffsetTable: 0x7fe00001, extendedOffsetTableLengths: 0x7fe00002,
  floatPixelData: 0x7fe00008, doublePixelData: 0x7fe00009, pixelData: 0x7fe00010
} as const

export const item = 0xfffee000
export const itemDelimitation = 0xfffee00d
export const sequenceDelimitation = 0xfffee0dd

/** "(0010,0020)" */
export function formatTag(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase()
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}
