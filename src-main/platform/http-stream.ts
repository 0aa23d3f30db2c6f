/**
 * Bytes made as they are asked for, as the body of an answer. When whoever reads goes away, the signal aborts and the maker is ended; a
 * maker that fails breaks the answer off, so that what came is never taken for the whole.
 */
export function bodyOf(make: (signal: AbortSignal) => AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  const gone = new AbortController()
  const chunks = make(gone.signal)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel(reason) {
      gone.abort(reason)
      await chunks.return(undefined)
    }
  }, { highWaterMark: 0 })
}
