import type { SeriesUid } from '../../../src-shared/ids.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { FrameDecoder } from './frame-decoder.ts'
import { openSeriesFrames, type OpenSeries } from './open-series.ts'
import { bytesOfSeries } from './series-frames.ts'

export type SeriesPoolOptions = Readonly<{
  describe: (seriesUid: SeriesUid, signal: AbortSignal) => Promise<SeriesDescription>
  decode: FrameDecoder
  /** Memory for decoded images of all series together. */
  budgetBytes: number
  onProgress: (opened: OpenSeries) => void
}>

type Entry = { readonly opening: Promise<OpenSeries>; readonly abort: AbortController; users: number; usedAt: number; opened: OpenSeries | null }

/**
 * Opens each series once, however many panes show it. A series that no pane shows any more stays until its memory is wanted, so that going
 * back to it costs nothing; one that a pane shows is never taken away.
 */
export class SeriesPool {
  private readonly options: SeriesPoolOptions
  private readonly entries = new Map<SeriesUid, Entry>()
  private clock = 0

  constructor(options: SeriesPoolOptions) {
    this.options = options
  }

  find(seriesUid: SeriesUid): OpenSeries | null { return this.entries.get(seriesUid)?.opened ?? null }

  /** Opens a series, or shares it. Every `use` that resolves, or is given up, needs one `release`. */
  use(seriesUid: SeriesUid): Promise<OpenSeries> {
    const entry = this.entries.get(seriesUid) ?? this.begin(seriesUid)
    entry.users += 1
    entry.usedAt = this.clock += 1
    this.widen(seriesUid, entry)
    entry.opened?.frames.resume()
    return entry.opening
  }

  release(seriesUid: SeriesUid): void {
    const entry = this.entries.get(seriesUid)
    if (entry === undefined) return
    entry.users -= 1
    if (entry.users > 0) return
    // What nobody looks at must not take the line from what somebody does.
    if (entry.opened === null) this.drop(seriesUid, entry)
    else entry.opened.frames.pause()
    for (const [uid, other] of this.entries) if (other.users > 0) this.widen(uid, other)
  }

  /** Loads a series that will probably be looked at next, as far as memory is left over. */
  async ahead(seriesUid: SeriesUid): Promise<void> {
    const known = this.entries.get(seriesUid)
    if (known !== undefined) { known.opened?.frames.resume(); return }
    const entry = this.begin(seriesUid)
    const opened = await entry.opening.catch(() => null)
    if (opened === null || entry.users > 0) return
    if (this.bytesOfOthers(seriesUid) + bytesOfSeries(opened.description) > this.options.budgetBytes) this.drop(seriesUid, entry)
    else opened.frames.look(Math.floor((opened.description.frames.length - 1) / 2))
  }

  /** Takes a series away that has changed on the edge; the next `use` asks for it anew. No pane may show it any more. */
  forget(seriesUid: SeriesUid): void {
    const entry = this.entries.get(seriesUid)
    if (entry !== undefined) this.drop(seriesUid, entry)
  }

  close(): void {
    for (const [seriesUid, entry] of this.entries) this.drop(seriesUid, entry)
    this.options.decode.close()
  }

  private begin(seriesUid: SeriesUid): Entry {
    const abort = new AbortController()
    const entry: Entry = { abort, users: 0, usedAt: this.clock += 1, opened: null, opening: this.open(seriesUid, abort.signal) }
    this.entries.set(seriesUid, entry)
    void entry.opening.then(
      (opened) => { if (abort.signal.aborted) opened.close() },
      // The next try asks again.
      () => { if (this.entries.get(seriesUid) === entry) this.entries.delete(seriesUid) }
    )
    return entry
  }

  private async open(seriesUid: SeriesUid, signal: AbortSignal): Promise<OpenSeries> {
    const description = await this.options.describe(seriesUid, signal)
    signal.throwIfAborted()
    if (description.frames.length === 0) throw new Error('This series holds no image to show.')
    // What is only loaded ahead takes nobody's place.
    if ((this.entries.get(seriesUid)?.users ?? 0) > 0) this.makeRoom(seriesUid, bytesOfSeries(description))
    const budgetBytes = this.share(seriesUid)
    const opened: OpenSeries = openSeriesFrames({ description, decode: this.options.decode, budgetBytes, onProgress: () => { this.options.onProgress(opened) } })
    // At once, so that the next one that is opened in the same moment reckons with it.
    const entry = this.entries.get(seriesUid)
    if (entry !== undefined) entry.opened = opened
    return opened
  }

  /** What the others leave of the memory, and at least an eighth. */
  private share(seriesUid: SeriesUid): number {
    return Math.max(this.options.budgetBytes / 8, this.options.budgetBytes - this.bytesOfOthers(seriesUid))
  }

  /** A series that was opened when memory was short gets what others have given back since: it may be a volume now. */
  private widen(seriesUid: SeriesUid, { opened }: Entry): void {
    if (opened === null || opened.frames.fitsWhole) return
    this.makeRoom(seriesUid, bytesOfSeries(opened.description))
    opened.frames.setBudget(this.share(seriesUid))
  }

  /** Takes away series that no pane shows, the longest unseen first, until the wanted bytes fit. */
  private makeRoom(seriesUid: SeriesUid, wantedBytes: number): void {
    const idle = [...this.entries].filter(([uid, { users }]) => users <= 0 && uid !== seriesUid).toSorted(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [uid, entry] of idle) {
      if (this.bytesOfOthers(seriesUid) + wantedBytes <= this.options.budgetBytes) return
      this.drop(uid, entry)
    }
  }

  private bytesOfOthers(seriesUid: SeriesUid): number {
    let sum = 0
    for (const [uid, { opened }] of this.entries) if (uid !== seriesUid && opened !== null) sum += Math.min(bytesOfSeries(opened.description), this.options.budgetBytes)
    return sum
  }

  private drop(seriesUid: SeriesUid, entry: Entry): void {
    entry.abort.abort()
    entry.opened?.close()
    this.entries.delete(seriesUid)
  }
}
