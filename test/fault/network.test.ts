import { createHash, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { SyncItemsQuery } from '../../src-shared/sync.ts'
import { captionsStandIn, type CaptionsStandIn } from '../support/captions-stand-in.ts'
import { cloudStandIn, type CloudFault, type CloudStandIn } from '../support/cloud-storage/stand-in.ts'
import { randomOf } from '../support/random.ts'
import { aSyncRoom, type SyncRoom } from '../support/sync-room.ts'

/** `npm run test:fault` sets these; the usual run has an hour of a hundred items. */
const items = Number(process.env['VIGIL_FAULT_ITEMS'] ?? 100)
const hours = Number(process.env['VIGIL_FAULT_HOURS'] ?? 1)
const seed = Number(process.env['VIGIL_FAULT_SEED'] ?? 1)
const stepS = 30

let room: SyncRoom
let cloud: CloudStandIn
let captions: CaptionsStandIn
afterEach(async () => {
  await room.stop()
  await cloud.close()
  await captions.close()
})

type Mood = 'good' | 'bad' | 'down' | 'portal' | 'refused'
const moods: readonly (readonly [Mood, number])[] = [['good', 0.25], ['bad', 0.45], ['down', 0.2], ['portal', 0.07], ['refused', 0.03]]
const fits = (random: () => number): CloudFault => {
  const on = (['multipart', 'multipart', 'start', 'piece', 'metadata', 'any'] as const)[Math.floor(random() * 6)] ?? 'any'
  const piece = { on: random() < 0.5 ? 'piece' as const : 'multipart' as const }
  const all: readonly (() => CloudFault)[] = [
    () => ({ on, cut: true }), () => ({ on, cutAnswer: true }), () => ({ on, cutAnswer: true }), () => ({ ...piece, piece: { cutAfter: Math.floor(random() * 60_000) } }), () => ({ on: 'piece', piece: { cutAfter: Math.floor(random() * 3_000_000) } }),
    () => ({ on: 'piece', piece: { keepOnly: Math.floor(random() * 2_000_000) } }), () => ({ on, status: [408, 429, 500, 502, 503][Math.floor(random() * 5)] ?? 503 }), () => ({ on: 'piece', lie: true }), () => ({ ...piece, piece: { corrupt: true } }), () => ({ on, stall: true })
  ]
  return (all[Math.floor(random() * all.length)] ?? all[0])?.() ?? { on, cut: true }
}

describe('a network that drops, stalls, halves, resets and lies', () => {
  it(`for ${hours} h, with ${items} items in the queue (seed ${seed}): all arrive whole and once`, async () => {
    const random = randomOf(seed)
    cloud = await cloudStandIn()
    captions = await captionsStandIn()
    room = await aSyncRoom({ GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: cloud.url, WORKER_BASE_URL: captions.url, MAGIC_WORD: 'open sesame' }, undefined, 300)
    // Six in ten are captions, the others studies; one of those in twenty is large enough for a session.
    const studies = Array.from({ length: Math.ceil(items * 0.4) }, (_, index) => room.addStudy({ uid: `1.2.826.0.1.3680043.10.33.${index + 1}`, files: Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomBytes(index % 20 === 0 ? 3_000_000 : 2000 + Math.floor(random() * 60_000))) }))
    // They come as the day goes, not all at its beginning.
    const toSign = [...studies]
    const windows = Array.from({ length: items - studies.length }, (_, index) => `w-${index}`)
    const toForward = [...windows]

    let longestWaitS = 0
    let lastWholeStep = 0
    let steps = 0
    const most = hours * 3600 / stepS
    let mood: Mood = 'bad'
    for (; steps < most; steps++) {
      if (steps % 4 === 0) { let lot = random(); mood = moods.find(([, share]) => (lot -= share) < 0)?.[0] ?? 'bad' }
      // The last tenth is a link as links mostly are: whatever was broken must come to its end.
      if (steps > most * 0.9) mood = 'good'
      cloud.isDown = mood === 'down'
      cloud.isPortal = mood === 'portal'
      cloud.token = mood === 'refused' ? 'another' : null
      cloud.weather = mood === 'bad' ? () => (random() < 0.35 ? fits(random) : null) : null
      if (mood === 'bad' && random() < 0.1) cloud.expireSessions()
      captions.answers = mood === 'good' ? [] : Array.from({ length: 3 }, () => (['cut-after', 'page', { status: 503 }] as const)[Math.floor(random() * 3)] ?? 'page')
      const due = (count: number) => Math.ceil(count * Math.min(1, (steps + 1) / (most * 0.85)))
      while (studies.length - toSign.length < due(studies.length)) { const study = toSign.pop(); if (study === undefined) break; room.sign(study) }
      while (windows.length - toForward.length < due(windows.length)) {
        const windowId = toForward.pop()
        if (windowId === undefined) break
        room.sync.forwardCaption({ windowId, timestamp: 1, chunkStartS: 0, chunkEndS: 1, caption: 'x', latencyMs: null, tokensGenerated: null }, 'glasses')
      }
      await room.settle()
      // The process ends now and then, too.
      if (random() < 0.02) room = await room.restart()
      room.clock.advance(stepS)
      if (room.sync.offSite().state === 'all') lastWholeStep = steps
      longestWaitS = Math.max(longestWaitS, (steps - lastWholeStep) * stepS)
      if (toSign.length + toForward.length === 0 && room.sync.offSite().state === 'all' && captions.kept.size === windows.length) break
    }
    cloud.weather = null
    captions.answers = []

    const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    const stored = [...cloud.bucket.objects.values()].filter(({ name }) => name.endsWith('.dcm'))
    expect(room.sync.items(SyncItemsQuery.parse({ state: 'dead' })).items.map(({ lastError }) => lastError)).toEqual([])
    expect(room.sync.offSite()).toMatchObject({ state: 'all', confirmed: studies.length * 2, total: studies.length * 2 })
    expect(stored.map(({ bytes }) => sha(bytes)).toSorted()).toEqual(studies.flatMap(({ files }) => files).map(sha).toSorted())
    expect([...captions.kept.keys()].toSorted()).toEqual(windows.toSorted())
    expect(room.sync.items(SyncItemsQuery.parse({ state: 'dead' })).items).toEqual([])
    const bytes = studies.flatMap(({ files }) => files).reduce((sum, file) => sum + file.length, 0)
    process.stdout.write(`${items} items, ${(bytes / 1e6).toFixed(0)} MB, seed ${seed}: all there after ${(steps * stepS / 3600).toFixed(1)} simulated hours, longest span with something on its way ${(longestWaitS / 60).toFixed(0)} min, ${cloud.requests.length} requests, ${(cloud.received() / 1e6).toFixed(0)} MB received (${Math.round((cloud.received() / bytes - 1) * 100)} % again), ${captions.received.length} captions for ${windows.length}, ${Math.round(process.memoryUsage().rss / 1e6)} MB\n`)
  }, 60_000 + items * hours * 300)
})
