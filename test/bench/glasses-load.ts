// Load on a frame socket, from a process of its own: `node glasses-load.ts URL '{"mode":"closed","conns":1,"seconds":4,"bytes":60000,"fps":30,"headers":{}}'`.
// Prints one JSON line. Exits 1 on any answer that is not the next frame's, with the right number of bytes.
import sharp from 'sharp'
import { WebSocket } from 'ws'
import { z } from 'zod'

const Options = z.object({ mode: z.enum(['closed', 'pipelined', 'paced']), conns: z.int().positive(), seconds: z.number().positive(), bytes: z.int().positive(), fps: z.number().positive().default(30), headers: z.record(z.string(), z.string()).default({}) })
const url = process.argv[2] ?? ''
const { mode, conns, seconds, bytes, fps, headers } = Options.parse(JSON.parse(process.argv[3] ?? '{}'))
const windowFrames = 32
const warmMs = 500

/** A whole JPEG of noise, filled up behind its end to the number of bytes that was asked for. */
async function aJpeg(): Promise<Buffer> {
  for (let edge = 64; ; edge += 32) {
    const next = await sharp({ create: { width: edge + 32, height: edge + 32, channels: 3, background: 'black', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).jpeg({ quality: 80 }).toBuffer()
    if (next.length > bytes) return Buffer.concat([await sharp({ create: { width: edge, height: edge, channels: 3, background: 'black', noise: { type: 'gaussian', mean: 128, sigma: 30 } } }).jpeg({ quality: 70 }).toBuffer(), Buffer.alloc(bytes)]).subarray(0, bytes)
  }
}
const frame = await aJpeg()

const latencies: number[] = []
let counted = 0
let captions = 0
let isWarm = false

async function connect(): Promise<() => void> {
  const socket = new WebSocket(url, { perMessageDeflate: false, rejectUnauthorized: false, headers })
  const sentAt: number[] = []
  let answered = 0
  let timer: NodeJS.Timeout | null = null
  const send = () => { sentAt.push(performance.now()); socket.send(frame) }
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString('utf8')) as { frame?: number, bytes?: number, caption?: string }
    if (answer.frame !== answered + 1 || answer.bytes !== bytes) { console.error(`Frame ${answered + 1} was answered by ${data.toString('utf8').slice(0, 200)}.`); process.exit(1) }
    answered++
    const at = sentAt.shift()
    if (isWarm && at !== undefined) { latencies.push(performance.now() - at); counted++ }
    if (answer.caption !== undefined) captions++
    if (mode !== 'paced') send()
  })
  socket.on('error', (error) => { console.error(error.message); process.exit(1) })
  await new Promise<void>((resolve) => { socket.on('open', () => { resolve() }) })
  if (mode === 'closed') send()
  else if (mode === 'pipelined') for (let n = 0; n < windowFrames; n++) send()
  else {
    const beganMs = performance.now() + Math.random() * 1000 / fps
    let sent = 0
    timer = setInterval(() => { if (performance.now() - beganMs >= sent * 1000 / fps) { sent++; send() } }, 1)
  }
  return () => { if (timer !== null) clearInterval(timer); socket.terminate() }
}

const ends = await Promise.all(Array.from({ length: conns }, connect))
await new Promise((resolve) => { setTimeout(resolve, warmMs) })
isWarm = true
const beganMs = performance.now()
await new Promise((resolve) => { setTimeout(resolve, seconds * 1000) })
isWarm = false
const tookS = (performance.now() - beganMs) / 1000
for (const end of ends) end()
const sorted = latencies.toSorted((a, b) => a - b)
const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
console.log(JSON.stringify({ perSecond: counted / tookS, p50: at(0.5), p99: at(0.99), max: at(1), captions }))
process.exit(0)
