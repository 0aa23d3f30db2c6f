/**
 * Writes ONNX graphs of float and integer tensors: the few messages of `onnx.proto3` that the test model needs, as protocol buffers.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
 */
export const elementTypes = { float: 1, int64: 7, bool: 9 } as const
export type Dimension = number | string
export type Attribute = number | readonly number[] | Readonly<{ float: number }>
/** Weights that go into a file of their own, as the exports of large models have it. */
export type ExternalData = { readonly fileName: string, readonly parts: Uint8Array[], bytes: number }

const utf8 = new TextEncoder()
const externalFrom = 1024

class Message {
  private readonly parts: Uint8Array[] = []
  integer(field: number, value: number | bigint): this { this.parts.push(varint(field << 3), varint(value)); return this }
  float(field: number, value: number): this { this.parts.push(varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)); return this }
  bytes(field: number, value: Uint8Array): this { this.parts.push(varint((field << 3) | 2), varint(value.length), value); return this }
  text(field: number, value: string): this { return this.bytes(field, utf8.encode(value)) }
  message(field: number, value: Message): this { return this.bytes(field, value.encoded()) }
  encoded(): Uint8Array { return Buffer.concat(this.parts) }
}

/** Negative numbers take ten bytes, as two's complement of 64 bits. */
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return Uint8Array.from([...bytes, Number(rest)])
}

/** A graph that is built from its inputs to its outputs; each `op` returns the name of its (first) output. */
export class Graph {
  private readonly nodes: Message[] = []
  private readonly initializers: Message[] = []
  private readonly inputs: Message[] = []
  private readonly outputs: Message[] = []
  private readonly known = new Set<string>()
  private readonly name: string
  private readonly external: ExternalData | null
  private count = 0

  constructor(name: string, external: ExternalData | null = null) {
    this.name = name
    this.external = external
  }

  input(name: string, type: number, dimensions: readonly Dimension[]): string {
    this.inputs.push(valueInfo(name, type, dimensions))
    return name
  }

  output(name: string, type: number, dimensions: readonly Dimension[]): void { this.outputs.push(valueInfo(name, type, dimensions)) }

  weights(name: string, dimensions: readonly number[], values: Float32Array): string {
    return this.initializer(name, elementTypes.float, dimensions, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }

  scalar(value: number): string { return this.weights(`scalar ${value}`, [], Float32Array.of(value)) }
  /** A vector of integers, or one integer without dimensions. */
  integers(values: readonly number[]): string { return this.initializer(`integers ${values.join(' ')}`, elementTypes.int64, [values.length], int64(values)) }
  integer(value: number): string { return this.initializer(`integer ${value}`, elementTypes.int64, [], int64([value])) }

  op(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, output = `${type} ${this.count}`): string {
    const node = new Message()
    for (const input of inputs) node.text(1, input)
    node.text(2, output).text(3, `node ${this.count++}`).text(4, type)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value))
    this.nodes.push(node)
    return output
  }

  /** ModelProto of IR version 9, operators of version 18. */
  encoded(): Uint8Array {
    const graph = new Message()
    for (const node of this.nodes) graph.message(1, node)
    graph.text(2, this.name)
    for (const one of this.initializers) graph.message(5, one)
    for (const one of this.inputs) graph.message(11, one)
    for (const one of this.outputs) graph.message(12, one)
    return new Message().integer(1, 9).text(2, 'vigil-test-model').message(7, graph).message(8, new Message().text(1, '').integer(2, 18)).encoded()
  }

  private initializer(name: string, type: number, dimensions: readonly number[], bytes: Uint8Array): string {
    if (this.known.has(name)) return name
    this.known.add(name)
    const tensor = new Message()
    for (const dimension of dimensions) tensor.integer(1, dimension)
    tensor.integer(2, type).text(8, name)
    if (this.external === null || bytes.length < externalFrom) tensor.bytes(9, bytes)
    else {
      const entries = { location: this.external.fileName, offset: String(this.external.bytes), length: String(bytes.length) }
      for (const [key, value] of Object.entries(entries)) tensor.message(13, new Message().text(1, key).text(2, value))
      tensor.integer(14, 1)
      this.external.parts.push(bytes)
      this.external.bytes += bytes.length
    }
    this.initializers.push(tensor)
    return name
  }
}

function int64(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name)
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2)
  if ('float' in value) return message.float(2, value.float).integer(20, 1)
  for (const one of value) message.integer(8, one)
  return message.integer(20, 7)
}

function valueInfo(name: string, type: number, dimensions: readonly Dimension[]): Message {
  const shape = new Message()
  for (const dimension of dimensions) shape.message(1, typeof dimension === 'number' ? new Message().integer(1, dimension) : new Message().text(2, dimension))
  return new Message().text(1, name).message(2, new Message().message(1, new Message().integer(1, type).message(2, shape)))
}
