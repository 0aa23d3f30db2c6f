import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aDicomFile, aSlice, type Attribute } from './dicom-file.ts'

/** Two pictures whose millimetres are not simply the body's: a shadow on a detector with its magnification, and an ultrasound with one calibrated region. */
export const shadow = { studyUid: '1.2.826.0.1.3680043.10.9998.2', rows: 80, columns: 120, rowSpacingMm: 0.5, columnSpacingMm: 0.5, magnification: 1.25 } as const
/** First column, first row, last column, last row of what is calibrated: the left half. */
export const echo = { studyUid: '1.2.826.0.1.3680043.10.9998.3', rows: 80, columns: 120, rowSpacingMm: 0.4, columnSpacingMm: 0.2, region: [0, 0, 59, 79] } as const

export function writeShadowPhantom(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const pixels = Buffer.alloc(shadow.rows * shadow.columns * 2)
  for (let at = 0; at < pixels.length / 2; at += 1) pixels.writeUInt16LE((at * 7) % 2000, at * 2)
  const common: readonly Attribute[] = [[0x00281052, 'DS', ''], [0x00281053, 'DS', ''], [0x7fe00010, 'OW', pixels]]
  const file = (study: string, modality: string, more: readonly Attribute[]) => aDicomFile(aSlice({
    study, series: `${study}.1`, instance: `${study}.1.1`, modality, positionMm: null, rows: shadow.rows, columns: shadow.columns, name: 'Shadow^Phantom', more: [...common, ...more]
  }))
  writeFileSync(join(folder, 'dx.dcm'), file(shadow.studyUid, 'DX', [
    [0x00280030, 'DS', ''], [0x00181164, 'DS', `${shadow.rowSpacingMm}\\${shadow.columnSpacingMm}`], [0x00181114, 'DS', String(shadow.magnification)]
  ]))
  const [left, top, right, bottom] = echo.region
  const region: readonly Attribute[] = [
    [0x00186012, 'US', 1], [0x00186024, 'US', 3], [0x00186026, 'US', 3], [0x0018602c, 'FD', echo.columnSpacingMm / 10], [0x0018602e, 'FD', echo.rowSpacingMm / 10],
    [0x00186018, 'UL', left], [0x0018601a, 'UL', top], [0x0018601c, 'UL', right], [0x0018601e, 'UL', bottom]
  ]
  writeFileSync(join(folder, 'us.dcm'), file(echo.studyUid, 'US', [[0x00280030, 'DS', ''], [0x00186011, 'SQ', [region]]]))
  return folder
}
