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

const studiesNamed = (count: number) => Array.from({ length: count }, (_, index) => StudyUid.parse(`1.2.826.0.1.3680043.11.${index + 1}`))

/** One life of the process. Killed `afterMs` after it is ready; `null` lets it finish. True where it came to its end. */
async function live(input: { folder: string, studies: readonly string[], crashes: string | null, shouldSign: boolean }, afterMs: number | null): Promise<boolean> {
  const life = spawn(process.execPath, [child, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let failure = ''
  life.stderr.on('data', (text: Buffer) => { failure += text.toString() })
  const isOver = await new Promise<boolean>((resolve) => {
    life.once('exit', () => { resolve(false) })
    life.stdout.on('data', (text: Buffer) => {
      said += text.toString()
      if (said.includes('over')) resolve(true)
      else if (afterMs !== null && said.includes('ready')) setTimeout(() => { life.kill('SIGKILL') }, afterMs)
    })
  })
  if (isOver) life.kill('SIGKILL')
  if (life.exitCode === null && life.signalCode === null) await once(life, 'exit')
  if (life.signalCode !== 'SIGKILL') throw new Error(`The process ended on its own: ${failure}`)
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
function anAnalysisRoomIn(folder: string, studies: readonly string[] = []): TestRoom {
  const made = anAnalysisRoom({ folder, studies: standInStudies(studies) })
  open.push(made)
  return made
}
const closeAll = async () => { for (const room of open.splice(0)) await room.close({ keepFolder: true }) }

describe('kill -9', () => {
  it('at 24 random moments of analysing and signing loses nothing, does nothing twice, and it all ends', { timeout: 240_000 }, async () => {
    const studies = studiesNamed(6)
    const folder = aFolder()
    await closeAll()
    const input = { folder, studies, crashes: null, shouldSign: true }
    let kills = 0
    for (let life = 0; kills < 24 && life < 60; life++) {
      // Mostly short lives, so that each is cut within a step; the first ones while langgraph still loads.
      if (!await live(input, Math.floor(Math.random() * 60 + (life % 3) * 130))) kills += 1
      else if (kills < 24) await startOver(folder, studies, input)
    }
    expect(await live(input, null)).toBe(true)
    expect(kills).toBeGreaterThanOrEqual(20)
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
    expect(db.sqlite.prepare("select count(*) n from jobs where state in ('queued', 'running')").get()).toEqual({ n: 0 })
  })

  it('three times by the study itself gives up on that study with a sentence, and the others go on', { timeout: 120_000 }, async () => {
    const studies = studiesNamed(3)
    const [, crashes = ''] = studies
    const folder = aFolder()
    await closeAll()
    const input = { folder, studies, crashes, shouldSign: false }
    let lives = 1
    while (!await live(input, null)) lives += 1
    expect(lives).toBe(4)
    const { room } = anAnalysisRoomIn(folder, studies)
    expect(studies.map((uid) => room.analysisOf(uid)?.state)).toEqual(['awaiting-clinician', 'failed', 'awaiting-clinician'])
    expect(room.analysisOf(StudyUid.parse(crashes))?.error).toMatch(/stopped the application 3 times/)
    expect(readFileSync(join(folder, 'reviews.log'), 'utf8')).toContain(`${crashes} {"status":"failed","progress":null}`)
    const { entries } = await room.timeline(StudyUid.parse(crashes))
    expect(entries.find(({ isError, kind }) => isError && kind === 'analysis')?.text).toMatch(/^Analysis failed: /)
  })
})

/** All came to its end before the next kill: more of the same. */
async function startOver(_folder: string, studies: string[], _input: unknown): Promise<void> {
  studies.push(StudyUid.parse(`1.2.826.0.1.3680043.11.${studies.length + 1}`))
}
