import type { CaptionSessionKind } from '../../../src-shared/glasses.ts'

/** What came of one chunk. `caption` null: the session had nothing to say. */
export type CaptionResult = Readonly<{
  caption: string | null, latencyMs: number, tokensGenerated: number | null, isMock: boolean
  /** What else a deployed class returned, handed on to the client as it is. */
  extra: Readonly<Record<string, string | number | boolean>>
}>
export type CaptionAsk = Readonly<{ frames: readonly Buffer[], startS: number, endS: number, prompt: string, history: readonly string[] }>

/** One per connection. `infer` is never called while it runs; it throws an AppError with a sentence, or 'cancelled'. */
export type CaptionSession = Readonly<{
  infer: (ask: CaptionAsk, signal: AbortSignal) => Promise<CaptionResult>
  close: () => Promise<void>
}>

/** Credentials that a client of the existing protocol brings along in the headers of its upgrade request. */
export type ModalHeaders = Readonly<{ tokenId: string | null, tokenSecret: string | null, appName: string | null, className: string | null }>

/** Where sessions come from. `open` answers null where nobody captions; `text` says who does, or why nobody. */
export type CaptionSource = Readonly<{
  facts: (headers?: ModalHeaders) => Readonly<{ chosen: CaptionSessionKind, session: CaptionSessionKind, text: string, isMock: boolean }>
  open: (headers?: ModalHeaders) => CaptionSession | null
}>
