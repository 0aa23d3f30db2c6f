import { appendFileSync } from 'node:fs'
import { z } from 'zod'
import { aCandidate, aPhlebolith, anAnalysisRoom, drHansen, rightPassword, standInStudies } from '../support/analysis-room.ts'
import { StudyUid } from '../../src-shared/ids.ts'

/**
 * One life of a workstation that analyses and signs, to be killed at any moment. Asks for what is not asked for yet, signs what waits, and
 * says "over" once nothing is left. `crashes`: the study that takes the process down while it is measured.
 */
const { folder, studies, crashes, shouldSign } = z.object({
  folder: z.string(), studies: z.array(StudyUid), crashes: StudyUid.nullable(), shouldSign: z.boolean()
}).parse(JSON.parse(process.argv[2] ?? '{}'))

const pause = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms) })
const { room, jobs } = anAnalysisRoom({
  folder, studies: standInStudies(studies, { setReview: (uid, review) => { appendFileSync(`${folder}/reviews.log`, `${uid} ${JSON.stringify(review)}\n`) } }),
  ...(crashes === null ? {} : { maxAttempts: 3 }),
  ...(crashes === null ? { maxAttempts: 1000 } : {}),
  measure: async (_input, { onProgress }) => {
    for (let part = 1; part <= 5; part++) {
      await pause(4)
      onProgress?.(part / 5)
      if (crashes !== null && jobs.counts().running > 0 && room.analysisOf(crashes)?.state === 'running' && room.analysisOf(crashes)?.steps[1]?.state === 'running') process.kill(process.pid, 'SIGKILL')
    }
    return { candidates: [aCandidate(), aPhlebolith()], measurements: [], warnings: [] }
  }
})
process.stdout.write('ready\n')
for (const studyUid of studies) {
  if (room.analysisOf(studyUid) === null) await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
}
const over = () => studies.every((uid) => [shouldSign ? 'done' : 'awaiting-clinician', 'failed'].includes(room.analysisOf(uid)?.state ?? ''))
while (!over()) {
  for (const uid of shouldSign ? studies : []) {
    const draft = room.analysisOf(uid)?.state === 'awaiting-clinician' ? await room.reports.get(uid) : null
    if (draft?.status !== 'draft') continue
    for (const { id, revision, status } of room.findings.list(uid)) if (status === 'proposed') room.findings.verdict(id, { verdict: 'accept', revision }, drHansen)
    const { revision } = await room.reports.get(uid)
    await room.signing.sign(uid, { revision, password: rightPassword }, drHansen)
  }
  await pause(3)
}
process.stdout.write('over\n')
await pause(60_000)
