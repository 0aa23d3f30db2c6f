import { decimal, writeDicom, type DicomElement } from './dicom-writer.ts'
import type { Scene } from './render.ts'
import type { PhantomUids } from './uids.ts'

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'
const storedIntercept = -1024

/** One slice as a CT Image Storage instance (PS3.3 A.3): 12 bits stored, unsigned, intercept -1024. `huValues` is row by row. */
export function writeInstance(scene: Scene, uids: PhantomUids, slice: number, instanceNumber: number, huValues: Int16Array): Uint8Array {
  const sopInstanceUid = uids.sopInstanceUid(slice)
  const stored = new Uint16Array(huValues.length)
  for (let index = 0; index < stored.length; index++) stored[index] = (huValues[index] ?? 0) - storedIntercept
  return writeDicom({
    sopClassUid: ctImageStorage, sopInstanceUid,
    elements: [
      [0x00080016, 'UI', ctImageStorage], [0x00080018, 'UI', sopInstanceUid],
      ...patientAndStudy(scene, uids), ...series(scene, uids), ...plane(scene, slice, instanceNumber), ...acquisition(scene),
      [0x00280002, 'US', [1]], [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', [scene.recipe.rows]], [0x00280011, 'US', [scene.recipe.columns]],
      [0x00280100, 'US', [16]], [0x00280101, 'US', [12]], [0x00280102, 'US', [11]], [0x00280103, 'US', [0]],
      [0x00281050, 'DS', '40'], [0x00281051, 'DS', '400'],
      [0x00281052, 'DS', String(storedIntercept)], [0x00281053, 'DS', '1'], [0x00281054, 'LO', 'HU'],
      [0x7fe00010, 'OW', new Uint8Array(stored.buffer)]
    ]
  })
}

function patientAndStudy({ recipe }: Scene, uids: PhantomUids): DicomElement[] {
  return [
    [0x00080020, 'DA', '20260101'], [0x00080030, 'TM', '120000'], [0x00080050, 'SH', `PH${recipe.seed}`], [0x00080090, 'PN', 'PHANTOM^REFERRER'],
    [0x00081030, 'LO', recipe.anatomy === 'water' ? 'PHANTOM WATER' : 'PHANTOM ABDOMEN PELVIS'],
    [0x00100010, 'PN', `PHANTOM^${recipe.name}`], [0x00100020, 'LO', `PHANTOM-${recipe.name.replaceAll(' ', '-')}`],
    [0x00100030, 'DA', '19000101'], [0x00100040, 'CS', 'O'],
    [0x0020000d, 'UI', uids.studyUid], [0x00200010, 'SH', '1']
  ]
}

function series({ recipe }: Scene, uids: PhantomUids): DicomElement[] {
  const contrast = recipe.contrast === 'none' ? 'WITHOUT CONTRAST' : `CONTRAST ${recipe.contrast.toUpperCase()}`
  return [
    [0x00080060, 'CS', 'CT'], [0x00080021, 'DA', '20260101'], [0x00080031, 'TM', '120000'],
    [0x0008103e, 'LO', recipe.anatomy === 'water' ? 'PHANTOM WATER' : `PHANTOM ABDOMEN ${contrast}`],
    [0x0020000e, 'UI', uids.seriesUid], [0x00200011, 'IS', '2'], [0x00185100, 'CS', 'HFS'],
    [0x00180015, 'CS', recipe.anatomy === 'water' ? 'PHANTOM' : 'ABDOMEN'],
    ...(recipe.contrast === 'none' ? [] : [[0x00180010, 'LO', 'PHANTOM CONTRAST AGENT'] satisfies DicomElement]),
    [0x00200052, 'UI', uids.frameOfReferenceUid], [0x00201040, 'LO', ''],
    [0x00080070, 'LO', 'VIGIL PHANTOM'], [0x00081090, 'LO', 'DIGITAL'], [0x00181020, 'LO', '1'], [0x00080080, 'LO', 'PHANTOM']
  ]
}

function plane({ recipe, geometry }: Scene, slice: number, instanceNumber: number): DicomElement[] {
  const origin = geometry.originsMm[slice] ?? [0, 0, 0]
  const values = (numbers: readonly number[]): string => numbers.map(decimal).join('\\')
  return [
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'], [0x00080023, 'DA', '20260101'], [0x00080033, 'TM', '120000'],
    [0x00080022, 'DA', '20260101'], [0x00080032, 'TM', '120000'], [0x00200012, 'IS', '1'],
    [0x00200013, 'IS', String(instanceNumber)], [0x00200020, 'CS', ''],
    [0x00200032, 'DS', values(origin)], [0x00200037, 'DS', values([...geometry.rowDirection, ...geometry.columnDirection])],
    [0x00280030, 'DS', values(recipe.pixelSpacingMm)],
    [0x00180050, 'DS', decimal(geometry.sliceThicknessMm ?? recipe.sliceSpacingMm)], [0x00180088, 'DS', decimal(recipe.sliceSpacingMm)]
  ]
}

function acquisition({ recipe }: Scene): DicomElement[] {
  return [
    [0x00180060, 'DS', '120'], [0x00181120, 'DS', decimal(recipe.tiltDeg)], [0x00181151, 'IS', '200'], [0x00181152, 'IS', '100'],
    [0x00181210, 'SH', 'PHANTOM']
  ]
}
