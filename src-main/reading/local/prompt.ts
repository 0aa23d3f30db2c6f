import type { PreparedImage, PromptPart } from '../engine.ts'
import type { LoadedModel } from './model.ts'

export type TokenizedPrompt = Readonly<{ ids: readonly number[], images: readonly PreparedImage[] }>

/**
 * The prompt as the model was trained to see it: its own chat template, each image as two line breaks, a begin mark, its soft tokens, an end
 * mark and two line breaks (`Gemma3Processor`). Throws where the text itself holds marks of images.
 */
export function tokenize(model: LoadedModel, system: string, parts: readonly PromptPart[]): TokenizedPrompt {
  const images = parts.flatMap((part) => (part.type === 'image' ? [part.image] : []))
  const content = parts.map((part) => (part.type === 'image' ? { type: 'image' } : { type: 'text', text: part.text }))
  const messages = [...(system === '' ? [] : [{ role: 'system', content: [{ type: 'text', text: system }] }]), { role: 'user', content }]
  const prompt = model.tokenizer.apply_chat_template(messages, { add_generation_prompt: true, tokenize: false })
  if (typeof prompt !== 'string') throw new Error('The chat template made no text.')
  const pieces = prompt.split(model.beginImage)
  if (pieces.length !== images.length + 1) throw new Error('The text of the request holds marks of images.')
  const soft = model.imageToken.repeat(model.tokensPerImage)
  const whole = pieces.join(`\n\n${model.beginImage}${soft}${model.endImage}\n\n`)
  const ids = model.tokenizer.encode(whole, { add_special_tokens: false })
  if (ids.filter((id) => id === model.imageTokenId).length !== images.length * model.tokensPerImage) throw new Error('The text of the request holds marks of images.')
  return { ids, images }
}
