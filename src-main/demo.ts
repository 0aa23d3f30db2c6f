import { createReadStream, readFileSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import { z } from 'zod'
import { PhantomTruth } from '../src-shared/analysis.ts'
import { AppError } from '../src-shared/errors.ts'
import type { ImportProgress } from '../src-shared/studies.ts'
import type { Analysis } from './analysis/index.ts'
import { principalOf, type HttpEnv, type Principal } from './platform/http.ts'
import type { Log } from './platform/log.ts'
import { processMark } from './platform/processes.ts'
import { resourcePath } from './platform/resources.ts'
import { newRowId } from './platform/row-id.ts'
import { createWorkerPool } from './platform/workers.ts'
import type { Studies } from './studies/index.ts'

export type Demo = Readonly<{
  /** Begins to write, import and analyse the phantom study; the events of an import tell how it goes. One at a time: asked again, it names the one under way. */
  start: (by: Principal) => Promise<ImportProgress>
  /** Breaks off what is under way and waits. */
  stop: () => Promise<void>
  routes: Hono<HttpEnv>
}>
export type DemoDeps = Readonly<{ studies: Studies, analysis: Pick<Analysis, 'analyse' | 'analysisOf'>, dataDir: string, log: Log, recipeFile?: string }>
type Run = { importId: string, controller: AbortController, done: Promise<void> }

export function createDemo(deps: DemoDeps): Demo {
  const { studies, log, recipeFile = resourcePath('phantom', 'demo.json') } = deps
  let run: Run | null = null

  const start = async (by: Principal): Promise<ImportProgress> => {
    if (run !== null) return studies.imports.progress(run.importId)
    const { slices } = z.object({ slices: z.int() }).parse(JSON.parse(readFileSync(recipeFile, 'utf8')))
    const progress = studies.openUpload('Demo study', slices, by)
    const controller = new AbortController()
    run = { importId: progress.id, controller, done: Promise.resolve() }
    run.done = writeAndImport({ ...deps, recipeFile }, progress.id, controller, by)
      .catch((error: unknown) => giveUp(studies, log, progress.id, error))
      .finally(() => { run = null })
    return progress
  }

  return {
    start,
    async stop() {
      run?.controller.abort(new AppError('cancelled', 'The application is closing.'))
      await run?.done
    },
    routes: new Hono<HttpEnv>().post('/api/demo', async (c) => c.json<ImportProgress>(await start(principalOf(c)), 202))
  }
}

/** Each slice is taken in while the next one is computed. */
async function writeAndImport({ studies, analysis, dataDir, recipeFile }: DemoDeps & { recipeFile: string }, importId: string, controller: AbortController, by: Principal): Promise<void> {
  // Under the mark of this process, so that the next start removes what a kill leaves behind.
  const outDir = join(dataDir, 'incoming', processMark(), `demo-${newRowId()}`)
  const pool = createWorkerPool({ entry: 'analysis/phantom', size: 1 })
  let taken: Promise<void> = Promise.resolve()
  const take = (name: unknown) => {
    if (typeof name !== 'string' || !name.endsWith('.dcm')) return
    taken = taken.then(() => takeFile(studies, importId, outDir, name))
    taken.catch((error: unknown) => { controller.abort(error) })
  }
  try {
    await mkdir(outDir, { recursive: true })
    const truth = PhantomTruth.parse(await pool.run({ name: 'write', input: { recipeFile, outDir }, signal: controller.signal, onProgress: take }))
    await taken
    await studies.finishUpload(importId)
    if (analysis.analysisOf(truth.studyUid) === null) await analysis.analyse(truth.studyUid, { protocol: 'auto' }, by)
  } finally {
    await pool.close()
    await rm(outDir, { recursive: true, force: true })
  }
}

async function takeFile(studies: Studies, importId: string, folder: string, name: string): Promise<void> {
  const path = join(folder, name)
  const { size } = await stat(path)
  await studies.receiveFile(importId, name, createReadStream(path), size)
  await rm(path)
}

/** The person who cancelled it knows; anything else is logged, and the import says that it ended. */
async function giveUp(studies: Studies, log: Log, importId: string, error: unknown): Promise<void> {
  if (!(error instanceof AppError && (error.code === 'cancelled' || error.code === 'conflict'))) log.error('demo-failed', error)
  try {
    await studies.imports.cancel(importId)
  } catch (cause) {
    log.error('demo-not-ended', cause)
  }
}
