import type { z } from 'zod'

export type Answer = Readonly<{ ok: true, output: unknown } | { ok: false, why: string }>

/** Reads an answer: past a block of thinking, out of a fence, and only if it fits. A remote model need not keep to the form. */
export function answerOf(text: string, schema: z.ZodType): Answer {
  const said = text.replace(/^[\s\S]*<unused95>/, '').replace(/^[\s\S]*<\/think>/, '')
  const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(said)?.[1] ?? said
  const json = parsed(fenced.trim())
  if (json === undefined) return { ok: false, why: 'It was no JSON.' }
  const found = schema.safeParse(json)
  if (found.success) return { ok: true, output: found.data }
  const issue = found.error.issues[0]
  return { ok: false, why: `${issue?.path.join('.') === '' ? 'The answer' : `"${issue?.path.join('.') ?? ''}"`}: ${issue?.message ?? 'not valid'}.` }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
