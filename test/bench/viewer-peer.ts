// The harness that measures OHIF (the folder that VIGIL_VIEWER_BENCH names), with Vigil as a second target: same browser, same study, in turns.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const Scroll = z.object({ steps: z.number(), dropped: z.number(), medianMs: z.number(), p95Ms: z.number() })
const Run = z.object({
  kind: z.literal('run'), target: z.string(), study: z.string(), discarded: z.boolean().optional(), error: z.string().optional(), othersPct: z.number().optional(),
  load: z.object({ firstImageMs: z.number(), stackCompleteMs: z.number() }).optional(), scroll: Scroll.optional(), mpr: z.object({ ms: z.number() }).optional(),
  memEnd: z.object({ rendererRssMb: z.number() }).optional(), check: z.array(z.object({ ok: z.boolean() })).optional()
})
type Run = z.infer<typeof Run>
export type Peer = Readonly<{ study: string, target: string, firstMs: number, allMs: number, wheelMedianMs: number, wheelP95Ms: number, droppedPct: number, planesMs: number, rendererMb: number, othersPct: number, runs: number }>

export const peer = 'ohif:minified'

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] ?? NaN : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** Medians of each target on each study. `flags`: of the harness, such as `--max-other-cpu 100` on a busy machine. */
export async function measurePeers(harness: string, studies: readonly Readonly<{ name: string, folder: string }>[], flags: readonly string[]): Promise<Peer[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'vigil-viewer-peers-'))
  const out = join(scratch, 'results.jsonl')
  const targets = [join(import.meta.dirname, 'h-viewer-adapter.mjs'), peer].join()
  const child = spawn(process.execPath, ['viewer-bench.mjs', '--target', targets, '--out', out, ...studies.flatMap(({ name, folder }) => ['--study', folder, '--name', name]), ...flags],
    { cwd: harness, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.setEncoding('utf8').on('data', (text: string) => { process.stdout.write(text.split('\n').filter((line) => !line.startsWith('{')).join('\n')) })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The harness ended with ${String(code)}.`)
  const runs = readFileSync(out, 'utf8').trim().split('\n').flatMap((line) => {
    const row = Run.safeParse(JSON.parse(line))
    return row.success && row.data.discarded !== true && row.data.error === undefined ? [row.data] : []
  })
  rmSync(scratch, { recursive: true, force: true })
  const wrong = runs.flatMap(({ check = [] }) => check).filter(({ ok }) => !ok).length
  if (wrong > 0) throw new Error(`${wrong} screenshots showed another slice than the one claimed.`)
  return studies.flatMap(({ name }) => ['vigil', peer].map((target) => mediansOf(name, target, runs.filter((run) => run.study === name && run.target === target))))
}

function mediansOf(study: string, target: string, runs: readonly Run[]): Peer {
  const of = (read: (run: Run) => number | undefined) => median(runs.flatMap((run) => read(run) ?? []))
  return {
    study, target, runs: runs.length, firstMs: of(({ load }) => load?.firstImageMs), allMs: of(({ load }) => load?.stackCompleteMs),
    wheelMedianMs: of(({ scroll }) => scroll?.medianMs), wheelP95Ms: of(({ scroll }) => scroll?.p95Ms),
    droppedPct: of(({ scroll }) => scroll === undefined ? undefined : 100 * scroll.dropped / scroll.steps), planesMs: of(({ mpr }) => mpr?.ms),
    rendererMb: of(({ memEnd }) => memEnd?.rendererRssMb), othersPct: of(({ othersPct }) => othersPct)
  }
}
