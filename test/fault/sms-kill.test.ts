import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src-main/platform/clock.ts'
import { kill, untilRunning } from '../support/child.ts'
import { daytimeZone } from '../support/daytime.ts'
import { aFolder } from '../support/edge.ts'
import { aFollowupRoom, dr } from '../support/followup-room.ts'
import { randomOf } from '../support/random.ts'
import { startTelnyx, type TelnyxFault, type TelnyxStandIn } from '../support/telnyx-stand-in.ts'

/** `npm run test:fault -- --only sms` sends ten thousand. */
const sends = Number(process.env['VIGIL_FAULT_SENDS'] ?? 400)
const seed = Number(process.env['VIGIL_FAULT_SEED'] ?? 1)
const faults: readonly TelnyxFault[] = ['500-before', '500-after', 'cut-before', 'cut-after', '429', '503']
let folder: Awaited<ReturnType<typeof aFolder>>
let telnyx: TelnyxStandIn
const children = new Set<ChildProcess>()

beforeEach(async () => {
  folder = await aFolder()
  const next = randomOf(seed)
  // One in twelve goes wrong in some way; one in five hundred is never answered.
  telnyx = await startTelnyx({ carrier: 'never', faults: () => (next() < 1 / 500 ? (next() < 0.5 ? 'hang-before' : 'hang-after') : next() < 1 / 12 ? faults[Math.floor(next() * faults.length)] ?? 'ok' : 'ok') })
})
afterEach(async () => {
  for (const child of children) await kill(child)
  await telnyx.close()
  await folder.remove()
})

const start = async (): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'sms-child.ts'), folder.path, telnyx.url], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  await untilRunning(child)
  return child
}
const room = () => aFollowupRoom({ clock: systemClock(), dataDir: folder.path })

describe('scheduled messages, two processes killed again and again, a provider that fails at random', () => {
  it(`go out once each, or are marked for a person (${sends} sends, seed ${seed})`, async () => {
    const planned = await room()
    const due = new Date(Date.now() - 1000).toISOString()
    planned.db.sqlite.transaction(() => {
      for (let index = 0; index < sends; index++) {
        const { id } = planned.patient({ timeZone: daytimeZone() })
        planned.followup.actions.add(id, { kind: 'sms', dueAt: due, risk: 'routine', studyUid: null, conditions: [], templateId: null, text: `message ${index}` }, dr)
      }
    })()
    await planned.stop()

    const next = randomOf(seed + 1000)
    const open = () => { const counts = new Map<string, number>(); for (const { text } of telnyx.sent) counts.set(text, (counts.get(text) ?? 0) + 1); return counts }
    let kills = 0
    const living: ChildProcess[] = []
    // Killed while there is something to kill them in: most of all in the middle of a send.
    while (telnyx.sent.length < sends * 0.85) {
      while (living.length < 2) living.push(await start())
      await new Promise((done) => { setTimeout(done, next() * 250) })
      // Its records are late now and then.
      telnyx.state.hasRecords = next() < 0.6
      const victim = living.splice(Math.floor(next() * living.length), 1)[0]
      if (victim === undefined) continue
      await kill(victim)
      children.delete(victim)
      kills += 1
    }
    telnyx.state.hasRecords = true
    while (living.length < 2) living.push(await start())
    const states = async () => {
      const look = await room()
      const rows = look.db.sqlite.prepare<[], { text: string, state: string, actionState: string, providerId: string | null }>('select m.text, m.state, a.state "actionState", m.provider_id "providerId" from scheduled_actions a left join sms_messages m on m.action_id = a.id').all()
      await look.stop()
      return rows
    }
    const isSettled = ({ state }: Readonly<{ state: string }>) => ['sent', 'unknown', 'failed'].includes(state)
    let rows = await states()
    for (let tries = 0; tries < 240 && !rows.every(isSettled); tries++) { await new Promise((done) => { setTimeout(done, 500) }); rows = await states() }
    for (const child of living) await kill(child)
    rows = await states()

    const accepted = open()
    const ids = new Map(telnyx.sent.map(({ id, text }) => [text, id]))
    const twice = [...accepted.values()].filter((count) => count > 1).length
    const sent = rows.filter(({ state }) => state === 'sent')
    const marked = rows.filter(({ state }) => state === 'unknown' || state === 'failed')
    const lost = rows.length - sent.length - marked.length
    process.stdout.write(`${rows.length} scheduled sends, ${kills} kills, ${telnyx.requests.sends} requests: ${sent.length} sent once, ${marked.length} marked for a person (${marked.filter(({ text }) => accepted.has(text)).length} of them had arrived), ${twice} twice, ${lost} lost\n`)
    expect([rows.length, twice, lost]).toEqual([sends, 0, 0])
    expect(sent.filter(({ text, providerId }) => ids.get(text) !== providerId)).toEqual([])
    // What a person has to look at says so on the board.
    expect(marked.filter(({ actionState }) => actionState !== 'unknown' && actionState !== 'failed')).toEqual([])
    expect(sent.length).toBeGreaterThan(sends * 0.8)
  }, 1_800_000)
})
