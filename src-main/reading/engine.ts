import type { Device, EngineName, ImageRef, ReaderRun, ReaderTiming, ReadProgress, ReadTask } from '../../src-shared/reading.ts'

/** One picture as the model gets it: `sizePx` × `sizePx` pixels, red, green, blue, row after row, 8 bits each. */
export type PreparedImage = Readonly<{ ref: ImageRef | null, sizePx: number, rgb: Uint8Array }>

/** A message to the model in the order in which it is read. Text never holds a control token of a model: `tasks/` sees to that. */
export type PromptPart = Readonly<{ type: 'text', text: string }> | Readonly<{ type: 'image', image: PreparedImage }>

/** What answers may look like: the part of JSON Schema that `z.toJSONSchema` makes of our output schemas (see `schema/`). */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Lower numbers first. A running caption is not broken off for a read, and none is begun while a read waits. */
export const priorities = { read: 0, intervention: 1, caption: 2 } as const
export type Priority = keyof typeof priorities

export type EngineRequest = Readonly<{
  task: ReadTask
  /** `describe-study/1` */
  promptVersion: string
  system: string
  parts: readonly PromptPart[]
  schema: JsonSchema
  /** The answer always ends within this, complete. */
  maxNewTokens: number
  priority: Priority
}>
export type ReadOptions = Readonly<{
  signal?: AbortSignal
  /** The whole text so far; what is shown is never pieced together from lost events. */
  onText?: (text: string) => void
  onProgress?: (progress: ReadProgress) => void
}>
/** `text` is JSON that the schema admits, for a local engine always; of a remote one it is what came, not yet checked. */
export type EngineAnswer = Readonly<{ text: string, run: ReaderRun, timing: ReaderTiming }>

export type EngineState = 'idle' | 'loading' | 'running' | 'failed'
/** What an engine is, before and after it has loaded. Asking costs nothing. */
export type EngineFacts = Readonly<{
  name: EngineName, model: string, weightsSha256: string | null, dtype: string | null, device: Exclude<Device, 'auto'> | null
  state: EngineState
  /** Sentences about what was tried and did not work. */
  notes: readonly string[]
  /** Edge length of a picture, pixels: 896 for MedGemma. */
  imageSizePx: number
  tokensPerImage: number
  /** Most pictures of one request, by the model and by the memory that is free now; `note` says why not 85. */
  maxImages: number, maxImagesNote: string
  /** Prompt tokens a second as measured last on this machine; null before the first run. */
  promptTokensPerSecond: number | null
  memory: Readonly<{ needBytes: number, freeBytes: number }> | null
  isMock: boolean
  queue: readonly Readonly<{ task: ReadTask, isRunning: boolean }>[]
}>

/**
 * A reader. Every engine passes `conformance.test.ts`. `read` throws an AppError with one sentence: 'cancelled' when the signal fired,
 * 'not-configured' (no weights, no credentials), 'too-large' (can't fit), 'busy' (try again later), 'not-allowed' (refused credentials),
 * 'cannot-decode' (an answer that stays no answer).
 */
export type Engine = Readonly<{
  facts: () => EngineFacts
  read: (request: EngineRequest, options?: ReadOptions) => Promise<EngineAnswer>
  /** Called whenever `facts` has changed. Returns its unsubscribe. */
  subscribe: (listener: () => void) => () => void
  close: () => Promise<void>
}>
