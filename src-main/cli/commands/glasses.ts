import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GlassesSimulateJson } from '../../../src-shared/cli.ts'
import { UsageError, numberFlag, textFlag, type Command, type CommandContext } from '../command.ts'

export const glassesCommand: Command = {
  name: 'glasses',
  synopsis: 'glasses simulate --pair CODE',
  summary: 'Streams to a workstation as camera glasses do, from a machine without a camera: pairs by the code on its screen, and sends frames until Ctrl+C.',
  options: {
    pair: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' }, 'lan-port': { type: 'string' }, name: { type: 'string', default: 'Simulated glasses' },
    frames: { type: 'string' }, 'video-like': { type: 'boolean', default: false }, fps: { type: 'string', default: '24' }, streams: { type: 'string', default: '1' }, seconds: { type: 'string' }
  },
  optionHelp: [
    ['--pair CODE', 'the code of "Pair glasses", or the whole link of its QR code in quotes; the link also holds the key to be trusted'],
    ['--host HOST, --lan-port N', 'where the workstation is, beside a code (127.0.0.1, 4871)'],
    ['--frames DIR', 'JPEG and PNG files to send, in a ring'],
    ['--video-like', 'send a drawn walk through a ward, 504 × 896 (this is what happens without --frames)'],
    ['--fps N', 'frames a second of each stream (24)'],
    ['--streams N', 'streams at once (1)'],
    ['--seconds N', 'end after so long; without it, at Ctrl+C'],
    ['--name NAME', 'how the workstation calls this device']
  ],
  positionals: [1, 1],
  async run(context) {
    const [action] = context.positionals
    if (action !== 'simulate') throw new UsageError('This command is written: glasses simulate --pair CODE.')
    const code = textFlag(context.flags, 'pair')
    if (code === undefined) throw new UsageError('Name the code: open "Pair glasses" on the workstation, then glasses simulate --pair CODE.')
    if (textFlag(context.flags, 'frames') !== undefined && context.flags['video-like'] === true) throw new UsageError('Choose --frames or --video-like, not both.')
    return simulate(code, context)
  }
}

async function simulate(code: string, { flags, config, io, signal, print }: CommandContext): Promise<number> {
  const { pinnedCertificate, stream, swapCode, targetOf } = await import('../glasses/device.ts')
  const { drawnFrames, framesOfFolder } = await import('../glasses/frames.ts')
  const framesPerSecond = numberFlag(flags, 'fps', [0.1, 120]) ?? 24
  const streams = Math.round(numberFlag(flags, 'streams', [1, 64]) ?? 1)
  const seconds = numberFlag(flags, 'seconds', [1, 24 * 3600])
  const target = targetOf(code, { host: textFlag(flags, 'host') ?? '127.0.0.1', port: numberFlag(flags, 'lan-port', [1, 65_535]) ?? config.lanPort })
  const folder = textFlag(flags, 'frames')
  const frames = folder === undefined ? await drawnFrames() : await framesOfFolder(resolve(io.cwd, folder))
  const ca = await pinnedCertificate(target)
  const { token, wearer } = await swapCode(target, ca, textFlag(flags, 'name') ?? 'Simulated glasses')
  io.err(`Paired for ${wearer === '' ? 'nobody' : 'the wearer that was named'}. Streaming ${streams === 1 ? 'one stream' : `${streams} streams`} at ${framesPerSecond} frames a second${seconds === undefined ? ' until Ctrl+C' : ''}.\n`)
  const figures = { frames: 0, answered: 0, captions: 0, lastCaption: null, answerMs: [] as number[] }
  const ended = seconds === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)])
  const ticker = new AbortController()
  const say = async () => {
    while (!ticker.signal.aborted) {
      const before = figures.answered
      await sleep(1000, undefined, { signal: ticker.signal }).catch(() => undefined)
      if (io.isTerminal) io.err(`\r${figures.answered - before} answers/s, ${figures.captions} captions, last "${(figures.lastCaption ?? '').slice(0, 60)}"`.padEnd(io.columns - 1))
    }
  }
  const saying = say()
  try {
    await Promise.all(Array.from({ length: streams }, (_, index) => stream({ target, ca, token, frames, framesPerSecond, offset: index * 7, figures, signal: ended })))
  } finally {
    ticker.abort()
    await saying
    if (io.isTerminal) io.err('\n')
  }
  const sorted = figures.answerMs.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
  const summary = { streams, frames: figures.frames, answered: figures.answered, captions: figures.captions, answerMs: { p50: at(0.5), p99: at(0.99), max: at(1) } }
  print(GlassesSimulateJson, summary, `${summary.answered} of ${summary.frames} frames answered (p50 ${summary.answerMs.p50} ms, p99 ${summary.answerMs.p99} ms), ${summary.captions} captions.`)
  return 0
}
