import type { DataSet } from './data-set.ts'
import { isPrivateTag } from './patient-data.ts'
import { asciiString } from './values.ts'

/**
 * Names of private attributes that a reader meets often, as the vendors' conformance statements give them: by creator, group and the
 * lower byte of the element (PS3.5 7.8.1). What is not here is shown by its creator and tag.
 */
const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'SIEMENS CSA HEADER': { '0029,08': 'CSAImageHeaderType', '0029,09': 'CSAImageHeaderVersion', '0029,10': 'CSAImageHeaderInfo', '0029,18': 'CSASeriesHeaderType', '0029,19': 'CSASeriesHeaderVersion', '0029,20': 'CSASeriesHeaderInfo' },
  'SIEMENS CSA NON-IMAGE': { '0029,08': 'CSADataType', '0029,09': 'CSADataVersion', '0029,10': 'CSADataInfo', '7FE1,10': 'CSAData' },
  'SIEMENS MEDCOM HEADER': { '0029,08': 'MedComHeaderType', '0029,09': 'MedComHeaderVersion', '0029,10': 'MedComHeaderInfo', '0029,20': 'MedComHistoryInformation', '0029,31': 'PMTFInformation1', '0029,32': 'PMTFInformation2', '0029,33': 'PMTFInformation3', '0029,34': 'PMTFInformation4', '0029,40': 'ApplicationHeaderSequence', '0029,41': 'ApplicationHeaderType', '0029,42': 'ApplicationHeaderId', '0029,43': 'ApplicationHeaderVersion', '0029,44': 'ApplicationHeaderInfo' },
  'SIEMENS MR HEADER': { '0019,08': 'CSAImageHeaderType', '0019,09': 'CSAImageHeaderVersion', '0019,0A': 'NumberOfImagesInMosaic', '0019,0B': 'SliceMeasurementDuration', '0019,0C': 'BValue', '0019,0D': 'DiffusionDirectionality', '0019,0E': 'DiffusionGradientDirection', '0019,0F': 'GradientMode', '0019,27': 'BMatrix', '0019,28': 'BandwidthPerPixelPhaseEncode', '0019,29': 'MosaicReferenceAcquisitionTimes' },
  'SIEMENS CT VA0  COAD': { '0019,10': 'DistanceSourceToSourceSideCollimator', '0019,11': 'DistanceSourceToDetectorSideCollimator', '0019,20': 'NumberOfPossibleChannels', '0019,21': 'MeanChannelNumber', '0019,22': 'DetectorSpacing', '0019,23': 'DetectorCenter', '0019,24': 'ReadingIntegrationTime', '0019,50': 'DetectorAlignment', '0019,60': 'FocusAlignment', '0019,92': 'OsteoOffset', '0019,93': 'OsteoRegressionLineSlope' },
  GEMS_IDEN_01: { '0009,01': 'FullFidelity', '0009,02': 'SuiteId', '0009,04': 'ProductId', '0009,27': 'ImageActualDate', '0009,30': 'ServiceId', '0009,31': 'MobileLocationNumber', '0009,E3': 'EquipmentUID', '0009,E6': 'GenesisVersionNow', '0009,E7': 'ExamRecordChecksum', '0009,E9': 'ActualSeriesDataTimeStamp' },
  GEMS_ACQU_01: { '0019,02': 'NumberOfCellsInDetector', '0019,03': 'CellNumberAtTheta', '0019,04': 'CellSpacing', '0019,0F': 'HorizontalFrameOfReference', '0019,11': 'SeriesContrast', '0019,18': 'FirstScanRas', '0019,1A': 'LastScanRas', '0019,23': 'TableSpeed', '0019,24': 'MidScanTime', '0019,25': 'MidScanFlag', '0019,26': 'DegreesOfAzimuth', '0019,27': 'GantryPeriod', '0019,2C': 'NumberOfTriggers', '0019,2E': 'AngleOfFirstView', '0019,2F': 'TriggerFrequency', '0019,39': 'ScanFovType' },
  GEMS_PARM_01: { '0043,10': 'WindowValue', '0043,12': 'XrayChain', '0043,16': 'NumberOfOverranges', '0043,1E': 'DeltaStartTime', '0043,27': 'ScanPitchRatio', '0043,39': 'DiffusionBValueAndSlop' },
  GEMS_RELA_01: { '0021,03': 'SeriesFromWhichPrescribed', '0021,05': 'GenesisVersionNow', '0021,07': 'SeriesRecordChecksum', '0021,35': 'SeriesFromWhichPrescribedAgain', '0021,36': 'ImageFromWhichPrescribed', '0021,37': 'ScreenFormat', '0021,91': 'BiopsyPosition' },
  'Philips Imaging DD 001': { '2001,01': 'ChemicalShift', '2001,02': 'ChemicalShiftNumber', '2001,03': 'DiffusionBFactor', '2001,04': 'DiffusionDirection', '2001,06': 'ImageEnhanced', '2001,07': 'ImageTypeEDES', '2001,08': 'PhaseNumber', '2001,0A': 'SliceNumber', '2001,0B': 'SliceOrientation', '2001,12': 'DynamicSeries', '2001,14': 'NumberOfEchoes', '2001,17': 'NumberOfPhases', '2001,18': 'NumberOfSlices', '2001,1B': 'PrepulseDelay' },
  'Philips MR Imaging DD 001': { '2005,0D': 'ScaleIntercept', '2005,0E': 'ScaleSlope', '2005,10': 'MRFieldOfViewMinimumRange', '2005,A1': 'SynergyReconstructionType' },
  'Philips PET Private Group': { '7053,00': 'SUVScaleFactor', '7053,03': 'OriginalImageFileName', '7053,09': 'ActivityConcentrationScaleFactor' }
}

/** Name of a private attribute, '' where none is known. */
export function privateName(tag: number, creator: string): string {
  const group = (tag >>> 16).toString(16).padStart(4, '0').toUpperCase()
  return known[creator]?.[`${group},${(tag & 0xff).toString(16).padStart(2, '0').toUpperCase()}`] ?? ''
}

export const isKnownCreator = (creator: string) => Object.hasOwn(known, creator)

/** (gggg,0010) to (gggg,00FF) reserve a block of private elements for who is named there. */
export const isPrivateCreator = (tag: number) => isPrivateTag(tag) && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff

/** Who reserved the block of a private element, in the same data set; '' where nobody did. */
export function privateCreator(dataSet: DataSet, tag: number): string {
  const block = (tag & 0xff00) >>> 8
  return isPrivateTag(tag) && block >= 0x10 ? asciiString(dataSet, ((tag & 0xffff0000) | block) >>> 0) : ''
}
