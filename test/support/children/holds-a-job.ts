// Takes a job and never finishes it, so that a test can kill this process in the middle. argv: data folder.
import { z } from 'zod'
import { systemClock } from '../../../src-main/platform/clock.ts'
import { databaseFile, openDatabase } from '../../../src-main/platform/database.ts'
import { createJobs } from '../../../src-main/platform/jobs.ts'
import { createLog, stderrSink } from '../../../src-main/platform/log.ts'

const db = openDatabase({ file: databaseFile(process.argv[2] ?? '') })
const jobs = createJobs({ db, clock: systemClock(), log: createLog(stderrSink) })
jobs.register({
  kind: 'work', payload: z.object({ n: z.number() }), concurrency: 1, maxAttempts: 3,
  run: async (_payload, { progress }) => {
    progress(0.5)
    process.stdout.write('running\n')
    await new Promise(() => { setInterval(() => undefined, 1000) })
  }
})
jobs.start()
