// One life of the workstation, as busy as it can be, until somebody kills it: `node life-child.ts <json>`. Each line on stdout is an act that was acknowledged.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEdge } from '../../src-main/edge.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { commandLinePrincipal } from '../../src-main/platform/http.ts'
import { newRowId } from '../../src-main/platform/row-id.ts'
import { createLog } from '../../src-main/platform/log.ts'
import { StudyUid } from '../../src-shared/ids.ts'
import { WorklistQuery } from '../../src-shared/studies.ts'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { aBrowser, mora } from '../support/edge.ts'
import { randomOf } from '../support/random.ts'

export type LifeSettings = Readonly<{ dataDir: string, workDir: string, phantoms: string, seed: number, life: number, environment: Readonly<Record<string, string>> }>
const { dataDir, workDir, phantoms, seed, life, environment } = JSON.parse(process.argv[2] ?? '{}') as LifeSettings
const random = randomOf(seed * 10_007 + life)
const say = (act: string, more: Readonly<Record<string, unknown>> = {}) => { process.stdout.write(`${JSON.stringify({ act, ...more })}\n`) }

const edge = createEdge(parseConfig(environment, { dataDir }), { host: 'served', log: createLog((line) => { if (line.level === 'error') process.stderr.write(`${JSON.stringify(line)}\n`) }), rendererDir: join(workDir, 'none') })
await edge.start()
const browser = aBrowser(edge)
if ((await browser.send('POST', '/api/session/first-run', mora)).status !== 200) await browser.send('POST', '/api/session/sign-in', { login: mora.login, password: mora.password })
await browser.send('PUT', '/api/sync/settings', { what: 'all' })
say('ready')

const { studies, analysis, sync, db } = edge.rooms
let made = 0
const acts: readonly (() => Promise<void>)[] = [importSmall, importSmall, importPhantom, analyse, analyse, sign, sign, sign, caption, caption, async () => editReport()]
for (;;) await acts[Math.floor(random() * acts.length)]?.()

async function importSmall(): Promise<void> {
  const study = `1.2.826.0.1.3680043.10.44.${seed}.${life}.${++made}`
  const folder = join(workDir, `in-${life}-${made}`)
  mkdirSync(folder, { recursive: true })
  const files = Array.from({ length: 2 + Math.floor(random() * 3) }, (_, index) => aDicomFile(aSlice({ study, series: `${study}.1`, instance: `${study}.1.${index + 1}`, number: index, positionMm: [0, 0, index], rows: 16, columns: 16, fill: Math.floor(random() * 4000), name: 'FAULT^KILLED' })))
  for (const [index, bytes] of files.entries()) writeFileSync(join(folder, `${index}.dcm`), bytes)
  await studies.importPaths([folder], { actor: commandLinePrincipal })
  say('imported', { hashes: files.map((bytes) => createHash('sha256').update(bytes).digest('hex')) })
}

async function importPhantom(): Promise<void> {
  const folders = readdirSync(phantoms)
  const folder = folders[Math.floor(random() * folders.length)] ?? ''
  const { result } = await studies.importPaths([join(phantoms, folder)], { actor: commandLinePrincipal })
  say('phantom', { study: result.studies[0]?.studyUid })
}

/** Studies of some state, as the worklist has them. */
function some(status: 'new' | 'needs-review'): StudyUid | null {
  const { rows } = studies.worklist(WorklistQuery.parse({ status, search: 'PHANTOM', limit: 50 }))
  const row = rows[Math.floor(random() * rows.length)]
  return row === undefined ? null : StudyUid.parse(row.studyUid)
}

async function analyse(): Promise<void> {
  const studyUid = some('new')
  if (studyUid === null) return
  const answer = await browser.send('POST', `/api/studies/${studyUid}/analyses`, { protocol: 'general-ct' })
  say(answer.status === 202 ? 'analysing' : 'not-analysed', { study: studyUid })
}

async function editReport(studyUid = some('needs-review')): Promise<void> {
  if (studyUid === null) return
  const { revision, content } = await analysis.reports.get(studyUid)
  const line = { id: newRowId(), origin: 'clinician', findingId: null, spans: [{ type: 'text', text: `Edited ${life}, no finding.` }] }
  const answer = await browser.send('PUT', `/api/studies/${studyUid}/report`, { revision, content: { ...content, impression: [line] } })
  if (answer.status === 200) say('edited')
  else say('not-edited', { why: await answer.text() })
}

async function sign(): Promise<void> {
  const studyUid = some('needs-review')
  if (studyUid === null) return
  for (const { id, revision, status } of analysis.findings.list(studyUid)) if (status === 'proposed') await browser.send('POST', `/api/findings/${id}/verdict`, { verdict: 'accept', revision })
  const { revision, content } = await analysis.reports.get(studyUid)
  if (content.impression.length === 0) { await editReport(studyUid); return }
  const answer = await browser.send('POST', `/api/studies/${studyUid}/report/sign`, { revision, password: mora.password })
  if (answer.status === 200) say('signed', { study: studyUid })
  else say('not-signed', { why: await answer.text() })
}

async function caption(): Promise<void> {
  const windowId = `w-${seed}-${life}-${++made}`
  db.sqlite.transaction(() => { sync.forwardCaption({ windowId, timestamp: made, chunkStartS: 0, chunkEndS: 1, caption: 'A hand.', latencyMs: 1, tokensGenerated: 2 }, 'glasses') })()
  say('caption', { windowId })
}
