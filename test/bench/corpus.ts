import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { sharedData } from '../support/shared-data.ts'

export type Corpus = Readonly<{ folder: string, files: readonly string[], bytes: number, source: string }>

/**
 * CT files of about 530 KB with UIDs of their own: real slices where the shared data is here, each written several times under another SOP
 * Instance UID, else slices of noise of the same size.
 */
export function makeCorpus(folder: string, count: number, { firstIndex = 0, series = 1 }: { firstIndex?: number, series?: number } = {}): Corpus {
  mkdirSync(folder, { recursive: true })
  const real = sharedData('ct-head-phantom-philips', 'S21570', 'S2010')
  const sources = existsSync(real) ? readdirSync(real).filter((name) => name.startsWith('I')).map((name) => readFileSync(join(real, name))) : []
  const files: string[] = []
  let bytes = 0
  for (let index = firstIndex; index < firstIndex + count; index++) {
    const template = sources[index % Math.max(1, sources.length)]
    const file = template === undefined ? aNoiseSlice(index, series) : withUids(template, index)
    const path = join(folder, `IM${String(index).padStart(5, '0')}`)
    writeFileSync(path, file)
    files.push(path)
    bytes += file.length
  }
  return { folder, files, bytes, source: sources.length > 0 ? 'slices of a real scanner' : 'slices of noise' }
}

/** Replaces digits of the SOP Instance UID wherever it stands, so that every length stays as it is. */
function withUids(template: Buffer, index: number): Buffer {
  const file = Buffer.from(template)
  const at = file.indexOf(Buffer.from([0x08, 0x00, 0x18, 0x00, 0x55, 0x49]))
  const uid = file.subarray(at + 8, at + 8 + file.readUInt16LE(at + 6))
  const text = uid.toString('latin1').replace(/\0$/, '')
  const fresh = `${text.slice(0, -9)}${String(100_000_000 + index)}`
  for (let found = file.indexOf(text, 0, 'latin1'); found >= 0; found = file.indexOf(text, found + 1, 'latin1')) file.write(fresh, found, 'latin1')
  return file
}

function aNoiseSlice(index: number, series: number): Buffer {
  const pixels = Buffer.alloc(512 * 512 * 2)
  let state = index + 1
  for (let at = 0; at < pixels.length; at += 2) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    pixels.writeUInt16LE(state >>> 22, at)
  }
  return aDicomFile(aSlice({ study: '1.2.9', series: `1.2.9.${index % series}`, instance: `1.2.9.1.${index}`, number: index, rows: 512, columns: 512, more: [[0x7fe00010, 'OW', pixels]] }))
}

/** One line of JSON that `run.ts` collects. */
export function report(bench: string, figure: string, value: number | null, unit: string, goal: readonly [text: string, met: boolean] | null, note?: string): void {
  console.log(JSON.stringify({ bench, figure, value, unit, goal: goal?.[0] ?? null, met: goal?.[1] ?? null, ...(note === undefined ? {} : { note }) }))
}

export const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
