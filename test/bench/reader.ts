// What the reader costs besides the model itself: our loop beside bare calls of the same three graphs, holding answers to their form, preparing images, cancel, crash.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import { z } from 'zod'
import { WorklistQuery } from '../../src-shared/studies.ts'
import { createEdge } from '../../src-main/edge.ts'
import { forkNodeChild, type ChildProcess } from '../../src-main/platform/child-process.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { commandLinePrincipal } from '../../src-main/platform/http.ts'
import { createLog } from '../../src-main/platform/log.ts'
import { createWorkerPool } from '../../src-main/platform/workers.ts'
import { prepareStudy } from '../../src-main/reading/images/prepare.ts'
import { createFeatureCache, decode } from '../../src-main/reading/local/decode.ts'
import { loadModel, type LoadedModel } from '../../src-main/reading/local/model.ts'
import { schemaOf } from '../../src-main/reading/schema/compile.ts'
import { createConstraint } from '../../src-main/reading/schema/constraint.ts'
import { createVocabulary } from '../../src-main/reading/schema/vocabulary.ts'
import { aGreyImage, aLocalEngine, aRequest } from '../support/local-engine.ts'
import { tinyModel } from '../support/tiny-model.ts'
import { middle, report } from './corpus.ts'

const quiet = { signal: new AbortController().signal, onStep: () => undefined, onText: () => undefined }
const longText = schemaOf(z.strictObject({ text: z.string().max(8000) }))
const parts = [{ type: 'text' as const, text: 'Task: caption-chunk\nSay what you see.' }, { type: 'image' as const, image: aGreyImage(120) }]

// Random weights of a shape whose tokens cost tens of milliseconds, as those of a real model do.
const large = tinyModel({ hidden: 640, layers: 12, heads: 8, keyValueHeads: 4, headSize: 80, inner: 2560, filler: 32_000, seed: 3 })
let tokenMs = 0
try {
  const model = await loadModel({ folder: large.folder, dtype: 'fp32', device: 'cpu' })
  for (const [count, goal, rounds] of [[50, 0.1, 8], [500, 0.03, 4]] as const) {
    const overheads: number[] = []
    const request = { system: 'You are careful.', parts, schema: longText, maxNewTokens: count }
    const { recorded, steps } = recording(model)
    await decode(recorded, createFeatureCache(), request, quiet)
    for (let round = 0; round < rounds; round++) {
      // In turns, and each round the other one first: what runs second finds a warmer machine.
      const ours = async () => decode(model, createFeatureCache(), request, quiet)
      const bare = async () => { const startedMs = performance.now(); await replay(model, steps); return performance.now() - startedMs }
      const first = round % 2 === 0 ? await ours() : null
      const bareMs = await bare()
      const { generatedTokens, totalMs } = first ?? await ours()
      overheads.push(totalMs / bareMs - 1)
      tokenMs = bareMs / generatedTokens
      console.log(`${generatedTokens} tokens in ${steps.length} runs: ours ${totalMs.toFixed(0)} ms, bare ${bareMs.toFixed(0)} ms`)
    }
    report('reader', `overhead of our loop, ${count} tokens`, middle(overheads) * 100, '%', [`≤ ${goal * 100} %`, middle(overheads) <= goal])
  }
} finally {
  large.remove()
}

/** What the three graphs were given, in order; the decoder's past is left out, since each run makes the next one's. */
type Step = Readonly<{ graph: 'embedTokens' | 'visionEncoder' | 'decoder', feeds: InferenceSession.FeedsType }>

/** The same model, which writes down what it is asked. */
function recording(model: LoadedModel): Readonly<{ recorded: LoadedModel, steps: Step[] }> {
  const steps: Step[] = []
  const listen = (graph: Step['graph']): InferenceSession => new Proxy(model[graph], {
    get(session, name) {
      if (name === 'run') return (feeds: InferenceSession.FeedsType) => { steps.push({ graph, feeds: steps.some((step) => step.graph === 'decoder') ? withoutPast(feeds) : feeds }); return session.run(feeds) }
      return Reflect.get(session, name, session) as unknown
    }
  })
  return { recorded: { ...model, embedTokens: listen('embedTokens'), visionEncoder: listen('visionEncoder'), decoder: listen('decoder') }, steps }
}

function withoutPast(feeds: InferenceSession.FeedsType): InferenceSession.FeedsType {
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => !name.startsWith('past_')))
}

/** The bare loop: the same runs of the same sessions with the same tensors, and nothing else but handing on the cache. */
async function replay(model: LoadedModel, steps: readonly Step[]): Promise<void> {
  let past: InferenceSession.FeedsType = {}
  for (const { graph, feeds } of steps) {
    const output = await model[graph].run(graph === 'decoder' ? { ...feeds, ...past } : feeds)
    if (graph === 'decoder') past = Object.fromEntries(Object.entries(output).filter(([name]) => name.startsWith('present.')).map(([name, tensor]) => [name.replace('present.', 'past_key_values.'), tensor]))
  }
}

{
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  let state = 7
  const random = () => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state / 2 ** 32 }
  const words = Array.from({ length: 262_144 - 98 }, (_, index) => (index % 90 === 0 ? '"' : '') + Array.from({ length: 1 + Math.floor(random() * 9) }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join(''))
  const vocabulary = createVocabulary([...ascii, '":"', '","', '"}]', ...words])
  const schema = schemaOf(z.strictObject({ statements: z.array(z.strictObject({ text: z.string().min(1).max(240), slices: z.array(z.enum(['S1', 'S2', 'S3'])).max(4), section: z.enum(['findings', 'impression']) })).min(1).max(8) }))
  const times: number[] = []
  for (let round = 0; round < 4; round++) {
    const constraint = createConstraint({ vocabulary, schema, maxNewTokens: 900 })
    while (!constraint.isDone()) {
      const logits = Float32Array.from({ length: 262_144 }, random)
      const startedMs = performance.now()
      const forced = constraint.forced(logits)
      for (const id of forced.length > 0 ? forced : [constraint.pick(logits)]) constraint.accept(id)
      times.push(performance.now() - startedMs)
    }
  }
  const mean = times.reduce((sum, one) => sum + one, 0) / times.length
  console.log(`holding to the form of a description over 262,144 tokens: ${mean.toFixed(2)} ms a token; a token of the test model's bare loop costs ${tokenMs.toFixed(1)} ms`)
  report('reader', 'holding to the form, of the time of a token', mean / tokenMs * 100, '%', ['≤ 10 %', mean / tokenMs <= 0.1])
}

{
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-reader-'))
  const edge = createEdge(parseConfig({}, { dataDir: folder }), { host: 'cli', log: createLog(() => undefined) })
  const pool = createWorkerPool({ entry: 'reading/images/prepare', size: 2 })
  try {
    await edge.start()
    await edge.rooms.demo.start(commandLinePrincipal)
    const found = async () => edge.rooms.studies.worklist(WorklistQuery.parse({})).rows[0]
    for (let triesLeft = 600; triesLeft > 0 && (await found())?.status !== 'needs-review'; triesLeft--) await new Promise((resolve) => { setTimeout(resolve, 200) })
    const studyUid = (await found())?.studyUid ?? ''
    const [series] = edge.rooms.studies.seriesOf(studyUid)
    if (series === undefined) throw new Error('The demo study did not come in.')
    const reads: number[] = []
    const prepares: number[] = []
    for (let round = 0; round < 4; round++) {
      const startedMs = performance.now()
      const volume = await edge.rooms.studies.loadVolume(series.seriesUid)
      reads.push(performance.now() - startedMs)
      const preparedMs = performance.now()
      await prepareStudy({ pool, renderFrame: edge.rooms.studies.renderFrame }, { kind: 'volume', volume, refs: series.frames, series }, 896, { maxImages: 85, maxImagesNote: '', maxSlices: 85, maxMinutes: 60, tokensPerImage: 256, promptTokensPerSecond: null })
      prepares.push(performance.now() - preparedMs)
    }
    const ratio = middle(prepares.slice(1)) / middle(reads.slice(1))
    console.log(`85 slices prepared in ${middle(prepares.slice(1)).toFixed(0)} ms; pixel data read in ${middle(reads.slice(1)).toFixed(0)} ms`)
    report('reader', 'preparing 85 slices, times reading the pixel data', ratio, '×', ['≤ 2 ×', ratio <= 2])
  } finally {
    await edge.stop()
    await pool.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

{
  const model = tinyModel({ seed: 5 })
  const children: ChildProcess[] = []
  const engine = aLocalEngine(model.folder, { fork: (entry) => { const child = forkNodeChild(entry); children.push(child); return child } })
  const cancels: number[] = []
  const crashes: number[] = []
  for (let round = 0; round < 8; round++) {
    const controller = new AbortController()
    let abortedMs = 0
    await engine.read(aRequest({ maxNewTokens: 2000, schema: longText }), { signal: controller.signal, onText: () => { if (abortedMs === 0) { abortedMs = performance.now(); controller.abort() } } }).catch(() => undefined)
    // Silent is when the next request has been taken up.
    await engine.read(aRequest())
    cancels.push(performance.now() - abortedMs)
    const killedMs = performance.now()
    children.at(-1)?.kill()
    await engine.read(aRequest())
    crashes.push(performance.now() - killedMs)
  }
  await engine.close()
  model.remove()
  report('reader', 'cancel in mid-answer to the next answer, worst', Math.max(...cancels), 'ms', ['< 1000 ms', Math.max(...cancels) < 1000])
  report('reader', 'crash of its process to the next answer, median', middle(crashes), 'ms', null)
}
