import { z } from 'zod'
import type { JsonSchema } from '../engine.ts'

/** What may be written at one place of an answer. Everything is bounded: an answer must end. */
export type Node =
  /** One of these texts, as JSON writes them: `"stone"`, `null`, `true`, `7`. */
  | Readonly<{ type: 'literals', texts: readonly string[] }>
  /** Lengths in code points, as JSON Schema counts. */
  | Readonly<{ type: 'string', minLength: number, maxLength: number }>
  | Readonly<{ type: 'array', item: Node, minItems: number, maxItems: number }>
  | Readonly<{ type: 'object', fields: readonly Readonly<{ key: string, value: Node }>[] }>
  | Readonly<{ type: 'any', of: readonly Node[] }>

const Literal = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Part = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(), const: Literal.optional(), enum: z.array(Literal).optional(), anyOf: z.array(z.unknown()).optional(), $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(), required: z.array(z.string()).optional(), additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(), minItems: z.number().optional(), maxItems: z.number().optional(), minLength: z.number().optional(), maxLength: z.number().optional(),
  minimum: z.number().optional(), maximum: z.number().optional(), exclusiveMinimum: z.number().optional(), exclusiveMaximum: z.number().optional()
})
type Part = z.infer<typeof Part>
/** Words that say nothing about what may be written, and all that are understood. */
const known = new Set([
  '$schema', '$defs', '$ref', 'id', 'title', 'description', 'default', 'examples', 'readOnly', 'type', 'const', 'enum', 'anyOf', 'properties', 'required', 'additionalProperties', 'items',
  'minItems', 'maxItems', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'
])
/** Integers are listed one by one: a model is to choose among few, never to make up a number. */
const mostIntegers = 1000

/** The JSON Schema of one of our output schemas. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema)
}

/**
 * Reads the part of JSON Schema that `z.toJSONSchema` makes of bounded schemas. Throws an Error that names the place for anything else:
 * what is not understood here must not be found out while a model writes.
 */
export function compileSchema(schema: JsonSchema): Node {
  const definitions = z.record(z.string(), z.unknown()).catch({}).parse(schema['$defs'])
  const compile = (value: unknown, path: string, within: readonly string[]): Node => {
    const parsed = Part.safeParse(value)
    if (!parsed.success) throw unsupported(path, 'it is no schema')
    const part = parsed.data
    const strange = Object.keys(part).find((word) => !known.has(word))
    if (strange !== undefined) throw unsupported(path, `"${strange}" is not understood`)
    if (part.$ref !== undefined) {
      const name = part.$ref.replace(/^#\/\$defs\//, '')
      if (within.includes(name)) throw unsupported(path, 'it contains itself, so an answer need not end')
      return compile(definitions[name], path, [...within, name])
    }
    if (part.const !== undefined) return { type: 'literals', texts: [JSON.stringify(part.const)] }
    if (part.enum !== undefined) return literals(path, part.enum)
    if (part.anyOf !== undefined) return { type: 'any', of: part.anyOf.map((one, index) => compile(one, `${path}/anyOf/${index}`, within)) }
    // `z.boolean().nullable()` is of two types.
    if (Array.isArray(part.type)) return { type: 'any', of: part.type.map((type) => compile({ ...part, type }, path, within)) }
    switch (part.type) {
      case 'null': return { type: 'literals', texts: ['null'] }
      case 'boolean': return { type: 'literals', texts: ['true', 'false'] }
      case 'integer': return integers(path, part)
      case 'string': return stringNode(path, part)
      case 'array': {
        const { minItems = 0, maxItems } = part
        if (maxItems === undefined) throw unsupported(path, 'the list has no end (maxItems)')
        if (maxItems < minItems) throw unsupported(path, 'nothing fits it')
        return { type: 'array', item: compile(part.items, `${path}/items`, within), minItems, maxItems }
      }
      case 'object': return objectNode(path, part, (value_, path_) => compile(value_, path_, within))
      default: throw unsupported(path, part.type === undefined ? 'it names no type' : `the type "${part.type}" is not understood`)
    }
  }
  const root = compile(schema, '#', [])
  if (root.type !== 'object') throw unsupported('#', 'an answer has to be an object')
  return root
}

function literals(path: string, values: readonly unknown[]): Node {
  if (values.length === 0) throw unsupported(path, 'nothing fits it')
  return { type: 'literals', texts: [...new Set(values.map((value) => JSON.stringify(value)))] }
}

function integers(path: string, { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity }: Part): Node {
  const from = Math.max(Math.ceil(minimum), Math.floor(exclusiveMinimum) + 1)
  const to = Math.min(Math.floor(maximum), Math.ceil(exclusiveMaximum) - 1)
  if (!(to - from < mostIntegers)) throw unsupported(path, `a number may be one of at most ${mostIntegers}`)
  return literals(path, Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index))
}

function stringNode(path: string, { minLength = 0, maxLength }: Part): Node {
  if (maxLength === undefined) throw unsupported(path, 'the text has no end (maxLength)')
  if (maxLength < minLength) throw unsupported(path, 'nothing fits it')
  return { type: 'string', minLength, maxLength }
}

function objectNode(path: string, { properties = {}, required = [], additionalProperties }: Part, compile: (value: unknown, path: string) => Node): Node {
  const keys = Object.keys(properties)
  const optional = keys.find((key) => !required.includes(key))
  if (optional !== undefined) throw unsupported(`${path}/${optional}`, 'a field that may be left out is not understood; let it be null')
  if (additionalProperties !== false) throw unsupported(path, 'fields beyond those named are not understood (additionalProperties: false)')
  return { type: 'object', fields: keys.map((key) => ({ key, value: compile(properties[key], `${path}/${key}`) })) }
}

function unsupported(path: string, why: string): Error {
  return new Error(`The answer schema at ${path} can't be held to: ${why}.`)
}

/** The shortest text that fits. Texts that must hold something hold hyphens. */
export function shortest(node: Node): string {
  switch (node.type) {
    case 'literals': return node.texts.reduce((best, text) => (text.length < best.length ? text : best))
    case 'string': return `"${'-'.repeat(node.minLength)}"`
    case 'array': return `[${Array.from({ length: node.minItems }, () => shortest(node.item)).join(',')}]`
    case 'object': return `{${node.fields.map(({ key, value }) => `${JSON.stringify(key)}:${shortest(value)}`).join(',')}}`
    case 'any': return node.of.map(shortest).reduce((best, text) => (text.length < best.length ? text : best))
    default: return node satisfies never
  }
}

/** Characters of the longest answer that fits, each escaped one counted twice. */
export function longestLength(node: Node): number {
  switch (node.type) {
    case 'literals': return Math.max(...node.texts.map((text) => text.length))
    case 'string': return 2 + 2 * node.maxLength
    case 'array': return 2 + node.maxItems * (1 + longestLength(node.item))
    case 'object': return 2 + node.fields.reduce((sum, { key, value }) => sum + JSON.stringify(key).length + 2 + longestLength(value), 0)
    case 'any': return Math.max(...node.of.map(longestLength))
    default: return node satisfies never
  }
}
