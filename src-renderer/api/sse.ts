/** One message of a server-sent event stream; comments (heartbeats) come as `data: null`. */
export type SseMessage = Readonly<{ data: string | null }>

/** Splits a byte stream into messages (WHATWG HTML 9.2). Feed it chunks as they come; it keeps what is not finished. */
export function createSseParser(): (chunk: string) => SseMessage[] {
  let rest = ''
  return (chunk) => {
    // A CR at the end of a chunk may be half of a CRLF, so it waits for the next one.
    const text = rest + chunk
    const blocks = text.split(/\r\n\r\n|\n\n|\r\r(?!$)/)
    rest = blocks.pop() ?? ''
    return blocks.filter((block) => block !== '').map(messageOf)
  }
}

function messageOf(block: string): SseMessage {
  const data = block.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:')).map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
  return { data: data.length === 0 ? null : data.join('\n') }
}
