// Peak memory of importing 2,000 instances (about 1 GB), above what the process holds when it is idle. Runs in a process of its own, sampled every 10 ms.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aStudiesRoom, somebody } from '../support/studies-room.ts'
import { makeCorpus, report } from './corpus.ts'

const [, , given] = process.argv
if (given !== undefined) {
  makeCorpus(given, 2000)
  process.exit(0)
}
const scratch = mkdtempSync(join(tmpdir(), 'vigil-bench-memory-'))
const folder = join(scratch, 'files')
// What making the files costs must not count as idle memory.
execFileSync(process.execPath, [import.meta.filename, folder])
const files = readdirSync(folder)
const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const room = await aStudiesRoom({ dataDir: join(scratch, 'data') })
await new Promise((resolve) => { setTimeout(resolve, 500) })
globalThis.gc?.()
const idle = process.memoryUsage.rss()
let peak = idle
const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()) }, 10)
const began = performance.now()
const { result } = await room.studies.importPaths([folder], { actor: somebody })
const seconds = (performance.now() - began) / 1000
clearInterval(timer)
await room.stop()
rmSync(scratch, { recursive: true, force: true })
if (result.imported !== files.length) throw new Error(`imported ${result.imported} of ${files.length}`)
const above = (peak - idle) / 1e6
console.log(`${files.length} files, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s; idle ${(idle / 1e6).toFixed(0)} MB, peak ${(peak / 1e6).toFixed(0)} MB`)
report('import-memory', 'peak above idle, 2,000 instances', above, 'MB', ['< 300 MB', above < 300])
