import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const ImagePart = z.strictObject({ type: z.literal('image_url'), image_url: z.strictObject({ url: z.string().regex(/^data:image\/png;base64,iVBOR[A-Za-z0-9+/]+=*$/) }) })
const TextPart = z.strictObject({ type: z.literal('text'), text: z.string().min(1) })
const Chat = z.strictObject({
  model: z.string(), messages: z.tuple([z.strictObject({ role: z.literal('system'), content: z.array(TextPart) }), z.strictObject({ role: z.literal('user'), content: z.array(z.union([TextPart, ImagePart])).min(1) })]),
  max_tokens: z.int().positive(), temperature: z.literal(0), stream: z.literal(true).optional(), response_format: z.unknown().optional(), '@requestFormat': z.literal('chatCompletions').optional()
})
const Predict = z.strictObject({ instances: z.tuple([Chat.required({ '@requestFormat': true })]) })

export type ChatStandIn = {
  readonly url: string
  /** Everything that arrived: method, path, headers and body as one text each. */
  readonly received: string[]
  answer: string
  /** Refuses this many requests in this way before it answers. */
  refusals: { status: number, body: string, headers?: Record<string, string> }[]
  /** How the answer is given. */
  shape: 'stream' | 'whole' | 'predict-object' | 'predict-list' | 'refusal' | 'length' | 'filter' | 'empty' | 'html' | 'hang' | 'cut'
  takesFormat: boolean
  readonly close: () => Promise<void>
}

/** A server of chat completions that refuses what a real one would: no credentials, unknown fields, pictures by address, bodies that are too large. */
export async function chatStandIn({ key, maxBytes = 10_000_000 }: Readonly<{ key: string, maxBytes?: number }>): Promise<ChatStandIn> {
  const server = createServer((request, response) => { void handle(request, response) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const state: ChatStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: [], answer: '{}', refusals: [], shape: 'stream', takesFormat: true,
    close: async () => { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
  const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => { response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body)) }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    state.received.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`)
    if (request.headers.authorization !== `Bearer ${key}`) { json(response, 401, { error: { code: 'invalid_api_key', message: 'secret words of the server' } }); return }
    if (body.length > maxBytes) { json(response, 413, {}); return }
    const isPredict = request.url?.endsWith(':predict') === true
    if (!isPredict && request.url?.endsWith('/chat/completions') !== true) { json(response, 404, { error: { code: 'model_not_found' } }); return }
    const parsed = (isPredict ? Predict : Chat).safeParse(JSON.parse(body))
    if (!parsed.success) { json(response, 400, { error: { message: parsed.error.message } }); return }
    if (!state.takesFormat && body.includes('response_format')) { json(response, 400, { error: { message: 'response_format is not supported' } }); return }
    const refusal = state.refusals.shift()
    if (refusal !== undefined) { json(response, refusal.status, refusal.body, refusal.headers); return }
    give(response)
  }

  function give(response: ServerResponse): void {
    const whole = (patch: object = {}) => ({ id: 'c', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: state.answer, refusal: null }, ...patch }], usage: { prompt_tokens: 30, completion_tokens: 8 } })
    switch (state.shape) {
      case 'whole': json(response, 200, whole()); return
      case 'predict-object': json(response, 200, { predictions: whole() }); return
      case 'predict-list': json(response, 200, { predictions: [whole()] }); return
      case 'refusal': json(response, 200, whole({ message: { content: null, refusal: 'No.' } })); return
      case 'length': json(response, 200, whole({ finish_reason: 'length' })); return
      case 'filter': json(response, 200, whole({ finish_reason: 'content_filter' })); return
      case 'empty': json(response, 200, whole({ message: { content: '' } })); return
      case 'html': response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in to the wireless network</html>'); return
      case 'hang': return
      case 'stream': case 'cut': {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (let at = 0; at < state.answer.length; at += 7) response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: state.answer.slice(at, at + 7) } }] })}\n\n`)
        if (state.shape === 'cut') { response.destroy(); return }
        response.end(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 30, completion_tokens: 8 } })}\n\ndata: [DONE]\n\n`)
        return
      }
      default: state.shape satisfies never
    }
  }
  return state
}
