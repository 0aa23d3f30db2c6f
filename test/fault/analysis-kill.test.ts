import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { anAnalysisRoom, standInStudies, type TestRoom } from '../support/analysis-room.ts'
import { StudyUid } from '../../src-shared/ids.ts'

const child = join(import.meta.dirname, 'analysis-child.ts')
const folders: string[] = []
const open: TestRoom[] = []
afterEach(async () => {
  for (const room of open.splice(0)) await room.close({ keepFolder: true })
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

type Life = Readonly<{
  folder: string, studies: readonly string[], crashes: string | null, shouldSign: boolean, diesSigned: boolean, dies: { event: number, delayMs: number } | null
}>
const aLife = (folder: string, studies: readonly string[]): Life => ({ folder, studies, crashes: null, shouldSign: true, diesSigned: false, dies: null })
const studiesNamed = (count: number) => Array.from({ length: count }, (_, index) => StudyUid.parse(`1.2.826.0.1.3680043.11.${index + 1}`))

const longestLifeMs = 45_000

/** One life of the process; true where it came to the end of its work. A life that is too long is killed like any other. */
async function live(life: Life): Promise<boolean> {
  const running = spawn(process.execPath, [child, JSON.stringify(life)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let failure = ''
  running.stderr.on('data', (text: Buffer) => { failure += text.toString() })
  const tooLong = setTimeout(() => { running.kill('SIGKILL') }, longestLifeMs)
  const isOver = await new Promise<boolean>((resolve) => {
    running.once('exit', () => { resolve(false) })
    running.stdout.once('data', () => { resolve(true) })
  })
  clearTimeout(tooLong)
  if (isOver) running.kill('SIGKILL')
  if (running.exitCode === null && running.signalCode === null) await once(running, 'exit')
  if (running.signalCode !== 'SIGKILL') throw new Error(`The process ended on its own: ${failure}`)
  return isOver
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-kill-'))
  folders.push(folder)
  // Counts by itself, beside the code that is tested, how often each step came to its end and each finding into being.
  const { db } = anAnalysisRoomIn(folder)
  db.sqlite.exec(`create table test_ends (what text);
    create trigger test_step after update of state on analysis_steps when new.state in ('done', 'skipped') begin insert into test_ends values (new.analysis_id || ' ' || new.step); end;
    create trigger test_finding after insert on findings begin insert into test_ends values (new.study_uid || ' ' || new.kind); end;`)
  return folder
}
function anAnalysisRoomIn(folder: string, studies: readonly string[] = [], options: { isIdle?: boolean } = {}): TestRoom {
  const made = anAnalysisRoom({ folder, studies: standInStudies(studies), ...options })
  open.push(made)
  return made
}
const closeAll = async () => { for (const room of open.splice(0)) await room.close({ keepFolder: true }) }

describe('kill -9', () => {
  it('at 20 random moments of analysing and signing loses nothing, does nothing twice, and it all ends', { timeout: 480_000 }, async () => {
    const studies = studiesNamed(6)
    const folder = aFolder()
    await closeAll()
    let kills = 0
    while (kills < 20) {
      // Right after a commit and before the checkpoint that follows it, within a transaction, and a little later in the middle of a step.
      const dies = { event: 1 + Math.floor(Math.random() * 9), delayMs: Math.random() < 0.5 ? 0 : Math.random() * 5 }
      if (await live({ ...aLife(folder, studies), dies })) studies.push(...studiesNamed(studies.length + 1).slice(-1))
      else kills += 1
    }
    let isOver = false
    for (let lives = 0; !isOver && lives < 3; lives++) isOver = await live(aLife(folder, studies))
    expect(isOver).toBe(true)
    const { db, room } = anAnalysisRoomIn(folder, studies)
    expect(db.sqlite.prepare('select what, count(*) n from test_ends group by what having n > 1').all()).toEqual([])
    for (const uid of studies) {
      const analysis = room.analysisOf(uid)
      expect(analysis?.state).toBe('done')
      expect(analysis?.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'skipped', 'done', 'done', 'done', 'done'])
      expect(room.findings.list(uid).map(({ kind, status }) => `${kind} ${status}`).toSorted()).toEqual(['phlebolith accepted', 'stone accepted'])
      expect(room.verifyReport(uid)).toEqual({ isSigned: true, isIntact: true, problems: [] })
    }
    expect(db.sqlite.prepare("select count(*) n from signatures where kind = 'report'").get()).toEqual({ n: studies.length })
    // Steps that were cut in the middle were begun again: the kills did hit work.
    expect(db.sqlite.prepare<[], { n: number }>('select count(*) n from analysis_steps where starts > 1').get()?.n).toBeGreaterThan(0)
    expect(db.sqlite.prepare("select count(*) n from jobs where state in ('queued', 'running')").get()).toEqual({ n: 0 })
  })

  it('between the signature and the end of the graph finalises exactly once at the next start', { timeout: 120_000 }, async () => {
    const studies = studiesNamed(1)
    const [uid = StudyUid.parse('1.2')] = studies
    const folder = aFolder()
    await closeAll()
    expect(await live({ ...aLife(folder, studies), diesSigned: true })).toBe(false)
    const killed = anAnalysisRoomIn(folder, studies, { isIdle: true })
    expect(killed.room.reports.current(uid)?.status).toBe('final')
    expect(killed.room.analysisOf(uid)).toMatchObject({ state: 'awaiting-clinician' })
    await closeAll()
    expect(await live(aLife(folder, studies))).toBe(true)
    const { db, room } = anAnalysisRoomIn(folder, studies)
    expect(room.analysisOf(uid)).toMatchObject({ state: 'done' })
    expect(room.masksOf(uid).map(({ findingId }) => findingId).toSorted()).toEqual(room.findings.list(uid).map(({ id }) => id).toSorted())
    expect(db.sqlite.prepare("select count(*) n from test_ends where what like '%clinician' or what like '%finalise' group by what").all()).toEqual([{ n: 1 }, { n: 1 }])
    expect(room.verifyReport(uid)).toMatchObject({ isSigned: true, isIntact: true })
  })

  it('three times by the study itself gives up on that study with a sentence, and the others go on', { timeout: 240_000 }, async () => {
    const studies = studiesNamed(3)
    const [, crashes = ''] = studies
    const folder = aFolder()
    await closeAll()
    let lives = 1
    while (!await live({ ...aLife(folder, studies), crashes, shouldSign: false })) lives += 1
    expect(lives).toBe(4)
    const { room } = anAnalysisRoomIn(folder, studies)
    expect(studies.map((uid) => room.analysisOf(uid)?.state)).toEqual(['awaiting-clinician', 'failed', 'awaiting-clinician'])
    expect(room.analysisOf(StudyUid.parse(crashes))?.error).toMatch(/stopped the application 3 times/)
    expect(readFileSync(join(folder, 'reviews.log'), 'utf8')).toContain(`${crashes} {"status":"failed","progress":null}`)
    const { entries } = await room.timeline(StudyUid.parse(crashes))
    expect(entries.find(({ isError, kind }) => isError && kind === 'analysis')?.text).toMatch(/^Analysis failed: /)
  })
})
