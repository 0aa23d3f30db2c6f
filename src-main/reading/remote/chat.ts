import { jsonOf } from '../../platform/json.ts'
import { z } from 'zod'
import sharp from 'sharp'
import { AppError } from '../../../src-shared/errors.ts'
import type { EngineRequest, PreparedImage } from '../engine.ts'

/** A reply as servers give it: what is missing is missing, what is unknown is left. */
export const ChatReply = z.looseObject({
  choices: z.array(z.looseObject({ finish_reason: z.string().nullish(), message: z.looseObject({ content: z.string().nullish(), refusal: z.string().nullish() }).optional() })).min(1),
  usage: z.looseObject({ prompt_tokens: z.number().optional(), completion_tokens: z.number().optional() }).nullish(), model: z.string().nullish()
})
export type ChatReply = z.infer<typeof ChatReply>
const Piece = z.looseObject({
  choices: z.array(z.looseObject({ finish_reason: z.string().nullish(), delta: z.looseObject({ content: z.string().nullish(), refusal: z.string().nullish() }).optional() })).default([]),
  usage: z.looseObject({ prompt_tokens: z.number().optional(), completion_tokens: z.number().optional() }).nullish()
})

export type ChatBody = Readonly<Record<string, unknown>>
export type Said = Readonly<{ text: string, promptTokens: number | null, generatedTokens: number | null }>

const encode = async ({ sizePx, rgb }: PreparedImage) => `data:image/png;base64,${(await sharp(Buffer.from(rgb), { raw: { width: sizePx, height: sizePx, channels: 3 } }).png({ compressionLevel: 6 }).toBuffer()).toString('base64')}`

/** The messages of chat completions. Pictures travel as data inside the request; no address of them, and nothing of where they came from. */
export async function messagesOf({ system, parts }: Pick<EngineRequest, 'system' | 'parts'>): Promise<unknown[]> {
  const content = await Promise.all(parts.map(async (part) => (part.type === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: await encode(part.image) } })))
  return [{ role: 'system', content: [{ type: 'text', text: system }] }, { role: 'user', content }]
}

/** What counts as an answer; everything else is none, and no default stands in for it. */
export function saidOf({ choices: [choice], usage }: ChatReply): Said {
  const { finish_reason: reason, message } = choice ?? {}
  if (typeof message?.refusal === 'string' && message.refusal !== '') throw new AppError('cannot-decode', 'The server’s model refused to answer. Nothing was kept.')
  if (reason === 'content_filter') throw new AppError('cannot-decode', 'The server’s filter held the answer back. Nothing was kept.')
  if (reason === 'length') throw new AppError('cannot-decode', 'The answer was cut off because it became too long. Nothing was kept.')
  const text = message?.content ?? ''
  if (text.trim() === '') throw new AppError('cannot-decode', 'The server gave an empty answer.')
  return { text, promptTokens: usage?.prompt_tokens ?? null, generatedTokens: usage?.completion_tokens ?? null }
}

/** Server-sent events of a streamed reply, put together again. A line that is no JSON ends it with a sentence. */
export async function readStream(body: ReadableStream<Uint8Array>, onText: (text: string) => void): Promise<Said> {
  const decoder = new TextDecoder()
  let rest = ''
  let text = ''
  let refusal = ''
  let reason: string | null = null
  let usage: ChatReply['usage'] = null
  const take = (line: string) => {
    const data = /^data:\s*(.*)$/.exec(line.trim())?.[1]
    if (data === undefined || data === '[DONE]' || data === '') return
    const piece = Piece.safeParse(jsonOf(data))
    if (!piece.success) throw new AppError('cannot-decode', 'The server sent something that is no part of an answer.')
    const [choice] = piece.data.choices
    text += choice?.delta?.content ?? ''
    refusal += choice?.delta?.refusal ?? ''
    reason = choice?.finish_reason ?? reason
    usage = piece.data.usage ?? usage
    if (text.length > 200_000) throw new AppError('too-large', 'The server’s answer does not end. It was broken off.')
    onText(text)
  }
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  }
  take(rest)
  return saidOf({ choices: [{ finish_reason: reason, message: { content: text, refusal } }], usage })
}
