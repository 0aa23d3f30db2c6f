import { appendFileSync } from 'node:fs'
import { z } from 'zod'
import { aCandidate, aMask, aPhlebolith, anAnalysisRoom, drHansen, rightPassword, standInStudies } from '../support/analysis-room.ts'
import { StudyUid } from '../../src-shared/ids.ts'

/**
 * One life of a workstation that analyses and signs. Asks for what is not asked for yet, signs what waits, and says "over" once nothing is
 * left. It dies by SIGKILL at the given moment: `event` counts what the room tells its windows (after a commit) and the worklist (within a
 * transaction), `delayMs` later. `crashes`: the study that takes it down whenever it is measured.
 */
const Life = z.object({
  folder: z.string(), studies: z.array(StudyUid), crashes: StudyUid.nullable(), shouldSign: z.boolean(), diesSigned: z.boolean(),
  dies: z.object({ event: z.int(), delayMs: z.number() }).nullable()
})
const { folder, studies, crashes, shouldSign, diesSigned, dies } = Life.parse(JSON.parse(process.argv[2] ?? '{}'))

const pause = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms) })
const die = () => { process.kill(process.pid, 'SIGKILL') }
let events = 0
const count = () => {
  events += 1
  if (dies === null || events !== dies.event) return
  if (dies.delayMs === 0) die()
  else setTimeout(die, dies.delayMs)
}
const isMeasuring = (uid: StudyUid) => room.analysisOf(uid)?.state === 'running' && room.analysisOf(uid)?.steps[1]?.state === 'running'

const { room, bus } = anAnalysisRoom({
  folder,
  studies: standInStudies(studies, {
    setReview: (uid, review) => {
      appendFileSync(`${folder}/reviews.log`, `${uid} ${JSON.stringify(review)}\n`)
      count()
    }
  }),
  // Where the test kills from outside, no number of kills is the study's fault.
  maxAttempts: crashes === null ? 1000 : 3,
  measure: async (_input, { onProgress }) => {
    for (let part = 1; part <= 3; part++) {
      await pause(3)
      onProgress?.(part / 3)
      if (crashes !== null && isMeasuring(crashes)) die()
    }
    const candidates = [aCandidate(), aPhlebolith()]
    return { candidates, masks: candidates.map(aMask), measurements: [], warnings: [] }
  }
})
bus.subscribe(count)

for (const studyUid of studies) {
  if (room.analysisOf(studyUid) === null) await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
}
const isOver = () => studies.every((uid) => [shouldSign ? 'done' : 'awaiting-clinician', 'failed'].includes(room.analysisOf(uid)?.state ?? ''))
while (!isOver()) {
  for (const uid of shouldSign ? studies : []) {
    const draft = room.analysisOf(uid)?.state === 'awaiting-clinician' ? await room.reports.get(uid) : null
    if (draft?.status !== 'draft') continue
    for (const { id, revision, status } of room.findings.list(uid)) {
      if (status === 'proposed') room.findings.verdict(id, { verdict: 'accept', revision }, drHansen)
    }
    const { revision } = await room.reports.get(uid)
    await room.signing.sign(uid, { revision, password: rightPassword }, drHansen)
    if (diesSigned) die()
  }
  await pause(3)
}
process.stdout.write('over\n')
await pause(60_000)
