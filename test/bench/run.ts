// `npm run bench [-- --only ingest,stones]`: every figure in one run, one after the other, so that they share the machine's state and never each other's load.
// Each script prints its table and, last, JSON lines `{ "bench", "figure", "value", "unit", "goal", "met" }`, which are repeated here as one summary.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'

const scripts = ['ingest', 'parse', 'import-memory', 'volume', 'stones', 'reader', 'uploads', 'glasses', 'viewer', 'worklist'] as const
const Figure = z.object({
  bench: z.string(), figure: z.string(), value: z.number().nullable(), unit: z.string(),
  goal: z.string().nullable(), met: z.boolean().nullable(), note: z.string().optional()
})
type Figure = z.infer<typeof Figure>

async function runScript(name: string): Promise<{ figures: Figure[], failed: boolean }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; process.stdout.write(text) })
  const [code] = await once(child, 'close')
  const figures = output.split('\n').filter((line) => line.startsWith('{')).flatMap((line) => {
    const parsed = Figure.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data] : []
  })
  return { figures, failed: code !== 0 }
}

function summaryLine({ bench, figure, value, unit, goal, met, note }: Figure): string {
  const verdict = met === null ? (value === null ? 'not measured' : '') : met ? 'met' : 'NOT MET'
  const shown = value === null ? '-' : `${Number(value.toPrecision(4))} ${unit}`
  return `${bench.padEnd(14)} ${figure.padEnd(52)} ${shown.padStart(18)}  ${(goal ?? '').padEnd(12)} ${verdict}${note === undefined ? '' : `  ${note}`}`
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = values.only === undefined ? scripts : scripts.filter((name) => values.only?.split(',').includes(name))
console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} threads, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`)
const all: Figure[] = []
const broken: string[] = []
for (const name of chosen) {
  console.log(`\n== ${name}`)
  const { figures, failed } = await runScript(name)
  all.push(...figures)
  if (failed) broken.push(name)
}
console.log(`\n== summary\n${all.map(summaryLine).join('\n')}`)
if (broken.length > 0) {
  console.error(`These scripts stopped with an error: ${broken.join(', ')}.`)
  process.exitCode = 1
}
