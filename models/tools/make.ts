import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readTasks } from '../../src-shared/reading.ts'
import { writeTinyModel, type TinyScripts } from './tiny-gemma3.ts'

/** `node models/tools/make.ts --out DIR [--scripts FILE.json] [--seed N] [--image-size PX] [--external]` writes a test model. */
const Scripts = z.partialRecord(z.enum(readTasks), z.union([z.string(), z.object({ bright: z.string(), dark: z.string() })]))

const { values } = parseArgs({
  options: { out: { type: 'string' }, scripts: { type: 'string' }, seed: { type: 'string', default: '1' }, 'image-size': { type: 'string', default: '32' }, external: { type: 'boolean', default: false } }
})
if (values.out === undefined) {
  process.stderr.write('Say where to: node models/tools/make.ts --out DIR [--scripts FILE.json] [--seed N] [--image-size PX] [--external]\n')
  process.exitCode = 2
} else {
  const scripts: TinyScripts | null = values.scripts === undefined ? null : Scripts.parse(JSON.parse(readFileSync(values.scripts, 'utf8')))
  const imageSizePx = Number(values['image-size'])
  writeTinyModel(resolve(values.out), { seed: Number(values.seed), imageSizePx, patchPx: imageSizePx / 4, isExternal: values.external, ...(scripts === null ? {} : { scripts }) })
  process.stdout.write('Written. It knows nothing: it is for tests alone.\n')
}
