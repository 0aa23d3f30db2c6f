// Frames in, answers out: the workstation's socket beside a bare `ws` echo on the same kind of port, and beside the existing FastAPI service where one is
// named (`VIGIL_PEER_WS=ws://127.0.0.1:8080/vision/stream`). Loads run in a process of their own, servers in turn, the order changing each round.
// `VIGIL_BENCH_UNREAD_MINUTES` sets how long a client that never reads is held (2; the goal speaks of 30).
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { tinyModel } from '../support/tiny-model.ts'
import { middle, report } from './corpus.ts'

const Ready = z.object({ url: z.string(), headers: z.record(z.string(), z.string()) })
const Load = z.object({ perSecond: z.number(), p50: z.number(), p99: z.number(), max: z.number(), captions: z.number() })
const Usage = z.object({ rssBytes: z.number(), cpuMs: z.number() })
type Running = Readonly<{ url: string, headers: Readonly<Record<string, string>>, child: ChildProcess | null }>
type Ask = Readonly<{ mode: 'closed' | 'pipelined' | 'paced', conns: number, seconds: number, bytes: number, fps?: number }>
const peer = process.env['VIGIL_PEER_WS']
const rounds = 5
const unreadMinutes = Number(process.env['VIGIL_BENCH_UNREAD_MINUTES'] ?? 2)

async function start(kind: 'bare' | 'vigil', transport: 'plain' | 'tls', env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const child = fork(join(import.meta.dirname, 'glasses-server.ts'), [kind, transport], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, VISION_SESSION: 'none', MEDGEMMA_MODE: 'off', ...env } })
  const out = child.stdout
  if (out === null) throw new Error('no output')
  return { ...Ready.parse(JSON.parse(String((await once(out, 'data'))[0]))), child }
}
async function load({ url, headers }: Running, ask: Ask): Promise<z.infer<typeof Load>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'glasses-load.ts'), url, JSON.stringify({ ...ask, headers })], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (piece: Buffer) => { out += piece.toString() })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The load on ${url} ended with code ${String(code)}.`)
  return Load.parse(JSON.parse(out))
}
async function usage({ child }: Running): Promise<z.infer<typeof Usage>> {
  if (child === null) return { rssBytes: 0, cpuMs: 0 }
  child.send('usage')
  return Usage.parse((await once(child, 'message'))[0])
}
const stop = ({ child }: Running) => { child?.kill('SIGKILL') }
const line = (name: string, what: string, { perSecond, p50, p99, max }: z.infer<typeof Load>) => { console.log(`${name.padEnd(14)} ${what.padEnd(28)} ${perSecond.toFixed(0).padStart(7)}/s   p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(2)}  max ${max.toFixed(1)} ms`) }

/** Every server under every load, one after the other; the middle of the rounds. */
async function compare(servers: ReadonlyMap<string, Running>, loads: ReadonlyMap<string, Ask>): Promise<Map<string, Map<string, z.infer<typeof Load>>>> {
  const all = new Map<string, Map<string, z.infer<typeof Load>[]>>()
  for (let round = 0; round < rounds; round++) {
    for (const [what, ask] of loads) {
      const order = round % 2 === 0 ? [...servers] : [...servers].toReversed()
      for (const [name, server] of order) {
        const of = all.get(what) ?? new Map<string, z.infer<typeof Load>[]>()
        all.set(what, of.set(name, [...of.get(name) ?? [], await load(server, ask)]))
      }
    }
  }
  return new Map([...all].map(([what, of]) => [what, new Map([...of].map(([name, runs]) => {
    const mid = (pick: (run: z.infer<typeof Load>) => number) => middle(runs.map(pick))
    const found = { perSecond: mid((run) => run.perSecond), p50: mid((run) => run.p50), p99: mid((run) => run.p99), max: mid((run) => run.max), captions: 0 }
    line(name, what, found)
    return [name, found]
  }))]))
}

async function rates(): Promise<void> {
  for (const transport of ['plain', 'tls'] as const) {
    const servers = new Map<string, Running>([['bare ws', await start('bare', transport)], ['Vigil', await start('vigil', transport)]])
    if (peer !== undefined && transport === 'plain') servers.set('FastAPI', { url: peer, headers: {}, child: null })
    try {
      console.log(`\n${transport === 'plain' ? 'Without TLS, as the peer' : 'Under TLS, as devices come'}: frames of 60 kB, ${rounds} rounds, the middle of each figure`)
      const found = await compare(servers, new Map<string, Ask>([
        ['closed loop', { mode: 'closed', conns: 1, seconds: 3, bytes: 60_000 }], ['window of 32', { mode: 'pipelined', conns: 1, seconds: 3, bytes: 60_000 }], ['16 × 30 frames/s', { mode: 'paced', conns: 16, seconds: 5, bytes: 60_000, fps: 30 }]
      ]))
      const of = (what: string, name: string) => found.get(what)?.get(name)
      const ratio = (what: string) => (of(what, 'Vigil')?.perSecond ?? 0) / (of(what, 'bare ws')?.perSecond ?? Infinity)
      const name = transport === 'plain' ? '' : ', TLS'
      report('glasses', `window of 32, of a bare ws echo${name}`, ratio('window of 32') * 100, '%', ['≥ 85 %', ratio('window of 32') >= 0.85])
      report('glasses', `closed loop, of a bare ws echo${name}`, ratio('closed loop') * 100, '%', ['≥ 85 %', ratio('closed loop') >= 0.85])
      const p99 = (of('16 × 30 frames/s', 'Vigil')?.p99 ?? Infinity) / (of('16 × 30 frames/s', 'bare ws')?.p99 ?? 1)
      report('glasses', `16 × 30 frames/s, p99 of bare ws${name}`, p99 * 100, '%', ['≤ 150 %', p99 <= 1.5])
      const beside = of('window of 32', 'FastAPI')
      if (transport === 'plain') {
        if (beside === undefined) console.log('FastAPI was not measured: VIGIL_PEER_WS names none.')
        else report('glasses', 'window of 32, beside FastAPI', (of('window of 32', 'Vigil')?.perSecond ?? 0) / beside.perSecond, '×', ['≥ 3 ×', (of('window of 32', 'Vigil')?.perSecond ?? 0) / beside.perSecond >= 3])
      }
      const server = servers.get('Vigil')
      if (server !== undefined) {
        const before = await usage(server)
        await load(server, { mode: 'paced', conns: 16, seconds: 5, bytes: 60_000, fps: 30 })
        const after = await usage(server)
        report('glasses', `processor at 16 × 30 frames/s${name}`, (after.cpuMs - before.cpuMs) / 5500, 'cores', null)
        report('glasses', `memory at 16 × 30 frames/s${name}`, after.rssBytes / 1e6, 'MB', null)
      }
    } finally { for (const server of servers.values()) stop(server) }
  }
}

/** A chunk is captioned all the time by the test model while frames come: do answers wait for it? */
async function whileCaptioning(): Promise<void> {
  const model = tinyModel()
  const quiet = await start('vigil', 'tls')
  const busy = await start('vigil', 'tls', { VISION_SESSION: 'local', MEDGEMMA_MODE: 'local', MEDGEMMA_MODEL_PATH: model.folder, MEDGEMMA_DEVICE: 'cpu' })
  try {
    await load(busy, { mode: 'paced', conns: 1, seconds: 3, bytes: 60_000, fps: 24 })
    for (const conns of [1, 4]) {
      const ask: Ask = { mode: 'paced', conns, seconds: conns === 1 ? 10 : 5, bytes: 60_000, fps: 24 }
      const ratios: number[] = []
      for (let round = 0; round < rounds; round++) {
        const first = await load(round % 2 === 0 ? quiet : busy, ask)
        const second = await load(round % 2 === 0 ? busy : quiet, ask)
        const [without, captioning] = round % 2 === 0 ? [first, second] : [second, first]
        if (captioning.captions === 0) throw new Error('Nothing was captioned.')
        ratios.push(captioning.p99 / without.p99)
        line('quiet', `${conns} × 24 frames/s`, without)
        line('captioning', `${conns} × 24 frames/s`, captioning)
      }
      report('glasses', `p99 while captioning, of without, ${conns === 1 ? 'one stream' : `${conns} streams`}`, middle(ratios), '×', ['≤ 2 ×', middle(ratios) <= 2])
    }
  } finally {
    stop(quiet)
    stop(busy)
    model.remove()
  }
}

/** A client that sends as much as it can and never reads an answer. */
async function neverReads(): Promise<void> {
  const server = await start('vigil', 'tls')
  try {
    const frame = Buffer.alloc(60_000, 7)
    frame.set([0xff, 0xd8, 0xff])
    const open = () => {
      const socket = new WebSocket(server.url, { perMessageDeflate: false, rejectUnauthorized: false, headers: { ...server.headers } })
      socket.on('open', () => { socket.pause() })
      socket.on('error', () => undefined)
      return socket
    }
    let socket = open()
    // It comes back whenever it is shut out, as one that means it would.
    const pushing = setInterval(() => {
      if (socket.readyState === WebSocket.CLOSED) socket = open()
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < 8_000_000) for (let n = 0; n < 20; n++) socket.send(frame)
    }, 10)
    // The first minute warms the machine up: the engine sizes its heap by what it meets.
    await new Promise((resolve) => { setTimeout(resolve, 60_000) })
    const samples: number[] = []
    const end = performance.now() + unreadMinutes * 60_000
    while (performance.now() < end) {
      await new Promise((resolve) => { setTimeout(resolve, 5000) })
      samples.push((await usage(server)).rssBytes / 1e6)
    }
    clearInterval(pushing)
    socket.terminate()
    const fifth = Math.max(1, Math.floor(samples.length / 5))
    const [before, after] = [middle(samples.slice(0, fifth)), middle(samples.slice(-fifth))]
    console.log(`A client that never reads, ${unreadMinutes} min: ${before.toFixed(0)} MB in the first fifth, ${after.toFixed(0)} MB in the last, between ${Math.min(...samples).toFixed(0)} and ${Math.max(...samples).toFixed(0)} MB`)
    report('glasses', `memory of the last fifth of ${unreadMinutes} min with a client that never reads, over the first`, after - before, 'MB', ['≤ 32 MB', after - before <= 32])
  } finally { stop(server) }
}

const only = process.env['VIGIL_BENCH_PART']
if (only === undefined || only === 'rates') await rates()
if (only === undefined || only === 'captions') await whileCaptioning()
if (only === undefined || only === 'unread') await neverReads()
