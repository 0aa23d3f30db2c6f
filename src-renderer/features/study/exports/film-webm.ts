/** One encoded picture. `timeMs`: when it is shown first. */
export type FilmFrame = Readonly<{ bytes: Uint8Array, timeMs: number, isKey: boolean }>
export type FilmTrack = Readonly<{ width: number, height: number, frameMs: number }>

/** Longest cluster, ms: a block's time counts from its cluster in 16 bits, and a seek reads from a cluster's beginning. */
const clusterMs = 5000

/**
 * A WebM file (Matroska, RFC 9559) of one video track, with cues, so that it can be wound. `codec`: 'V_VP9' or 'V_VP8'. Nothing of who made
 * it or when is written.
 */
export function writeWebm(codec: 'V_VP8' | 'V_VP9', { width, height, frameMs }: FilmTrack, frames: readonly FilmFrame[]): Blob {
  const info = element(0x1549a966, [uint(0x2ad7b1, 1_000_000), text(0x4d80, 'Vigil'), text(0x5741, 'Vigil'), float(0x4489, frames.length * frameMs)])
  const video = element(0xe0, [uint(0xb0, width), uint(0xba, height)])
  const track = element(0xae, [uint(0xd7, 1), uint(0x73c5, 1), uint(0x9c, 0), text(0x86, codec), uint(0x83, 1), uint(0x23e383, Math.round(frameMs * 1e6)), video])
  const head = [info, element(0x1654ae6b, [track])]
  const clusters = clustersOf(frames)
  const written = clusters.map(({ timeMs, blocks }) => element(0x1f43b675, [uint(0xe7, timeMs), ...blocks]))
  let position = sizeOf(head)
  const points = clusters.map(({ timeMs }, index) => {
    const point = element(0xbb, [uint(0xb3, timeMs), element(0xb7, [uint(0xf7, 1), uint(0xf1, position)])])
    position += written[index]?.byteLength ?? 0
    return point
  })
  const segment = element(0x18538067, [...head, ...written, element(0x1c53bb6b, points)])
  return new Blob([ebmlHead(), segment], { type: 'video/webm' })
}

function ebmlHead(): Uint8Array<ArrayBuffer> {
  return element(0x1a45dfa3, [uint(0x4286, 1), uint(0x42f7, 1), uint(0x42f2, 4), uint(0x42f3, 8), text(0x4282, 'webm'), uint(0x4287, 4), uint(0x4285, 2)])
}

type Cluster = { timeMs: number, blocks: Uint8Array<ArrayBuffer>[] }

function clustersOf(frames: readonly FilmFrame[]): Cluster[] {
  const clusters: Cluster[] = []
  for (const { bytes, timeMs, isKey } of frames) {
    const time = Math.round(timeMs)
    let cluster = clusters.at(-1)
    if (cluster === undefined || (isKey && time - cluster.timeMs >= clusterMs) || time - cluster.timeMs > 30_000) {
      cluster = { timeMs: time, blocks: [] }
      clusters.push(cluster)
    }
    const offset = time - cluster.timeMs
    const head = Uint8Array.of(0x81, offset >> 8 & 0xff, offset & 0xff, isKey ? 0x80 : 0)
    cluster.blocks.push(element(0xa3, [head, bytes]))
  }
  return clusters
}

const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((sum, { byteLength }) => sum + byteLength, 0)

function element(id: number, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const name = bytesOf(id)
  const size = vint(sizeOf(parts))
  const all = new Uint8Array(name.length + size.length + sizeOf(parts))
  let at = 0
  for (const part of [name, size, ...parts]) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

/** A length as EBML writes it: the first set bit tells how many bytes follow. */
function vint(value: number): Uint8Array {
  for (let length = 1; length <= 7; length += 1) {
    if (value < 2 ** (7 * length) - 1) {
      const bytes = new Uint8Array(length)
      let rest = value
      for (let at = length - 1; at >= 0; at -= 1) {
        bytes[at] = rest % 256
        rest = Math.floor(rest / 256)
      }
      bytes[0] = (bytes[0] ?? 0) | 1 << (8 - length)
      return bytes
    }
  }
  throw new Error('The film is too large.')
}

function bytesOf(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.from(bytes.length === 0 ? [0] : bytes)
}

const uint = (id: number, value: number) => element(id, [bytesOf(value)])
const text = (id: number, value: string) => element(id, [new TextEncoder().encode(value)])

function float(id: number, value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return element(id, [bytes])
}
