// Header parses a second beside dcmjs: the same files in memory, from the first byte to Pixel Data, the same attributes read, equal answers checked.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { data, log } from 'dcmjs'
import { openPart10 } from '../../src-main/studies/dicom/part10.ts'
import { asciiStrings } from '../../src-main/studies/dicom/values.ts'
import { bufferAccess, inspect } from '../../src-main/studies/ingest/inspect.ts'
import { makeCorpus, middle, report } from './corpus.ts'

const attributes = [
  0x00080016, 0x00080018, 0x00080020, 0x00080060, 0x00100020, 0x00100030, 0x00180050, 0x0020000d, 0x0020000e, 0x00200011, 0x00200013, 0x00200032, 0x00200037, 0x00280030, 0x00281052, 0x00281053
]
const keys = attributes.map((tag) => tag.toString(16).padStart(8, '0').toUpperCase())

log.setLevel('silent')
const scratch = mkdtempSync(join(tmpdir(), 'vigil-bench-parse-'))
const corpus = makeCorpus(scratch, 112)
// dcmjs wants a buffer of its own; giving it one beforehand keeps the copy out of its time.
const files = corpus.files.map((path) => Buffer.from(new Uint8Array(readFileSync(path)).buffer))
rmSync(scratch, { recursive: true, force: true })

const ours = (bytes: Buffer): string => {
  const { dataSet } = openPart10({ bytes, totalBytes: bytes.length })
  return attributes.map((tag) => asciiStrings(dataSet, tag).join('\\')).join('|')
}
const theirs = (bytes: Buffer): string => {
  const { dict } = data.DicomMessage.readFile(bytes.buffer, { untilTag: '7FE00010', includeUntilTagValue: false, ignoreErrors: true })
  return keys.map((key) => (dict[key]?.Value ?? []).join('\\')).join('|')
}
/** Text of the same number may differ between parsers ("1.0" and "1"). */
const normalise = (answer: string) => answer.split('|').map((part) => part.split('\\')
  .map((value) => value.trim()).map((value) => value !== '' && Number.isFinite(Number(value)) ? String(Number(value)) : value).join('\\')).join('|')
for (const bytes of files) if (normalise(ours(bytes)) !== normalise(theirs(bytes))) throw new Error(`The parsers disagree:\n${ours(bytes)}\n${theirs(bytes)}`)

function rate(parse: (bytes: Buffer) => unknown): number {
  let parsed = 0
  const began = performance.now()
  while (performance.now() - began < 600) {
    for (const bytes of files) parse(bytes)
    parsed += files.length
  }
  return parsed / ((performance.now() - began) / 1000)
}

const cases: Record<string, (bytes: Buffer) => unknown> = { 'our reader, 16 attributes': ours, 'dcmjs, 16 attributes': theirs, 'our import header, all of it': (bytes) => inspect(bufferAccess(bytes), bytes, 'x') }
const rates: Record<string, number[]> = {}
for (let run = 0; run < 6; run++) for (const [name, parse] of Object.entries(cases)) (rates[name] ??= []).push(rate(parse))
for (const [name, values] of Object.entries(rates)) {
  // The first run compiles.
  const kept = values.slice(1)
  console.log(`${name.padEnd(30)} ${middle(kept).toFixed(0).padStart(7)} headers/s   ${kept.map((value) => value.toFixed(0)).join(' ')}`)
}
const of = (name: string) => middle((rates[name] ?? []).slice(1))
report('parse', 'headers, our reader', of('our reader, 16 attributes'), '/s', null)
const times = of('our reader, 16 attributes') / of('dcmjs, 16 attributes')
report('parse', 'times dcmjs', times, '×', ['≥ 2 ×', times >= 2])
report('parse', 'import header times dcmjs', of('our import header, all of it') / of('dcmjs, 16 attributes'), '×', ['≥ 2 ×', of('our import header, all of it') >= 2 * of('dcmjs, 16 attributes')])
