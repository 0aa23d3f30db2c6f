import { createReadStream } from 'node:fs'
import { crc32 } from 'node:zlib'

/** `bytes`: exact length of the file at `path`. `name`: within the archive, with forward slashes. */
export type ZipEntry = Readonly<{ name: string, path: string, bytes: number }>
/** Where an entry's local header begins in the archive, and the checksum of its bytes. */
export type PlacedEntry = Readonly<{ name: string, bytes: number, offset: number, crc: number }>

const most16 = 0xffff
const most32 = 0xffffffff
const chunkBytes = 256 * 1024
/** 1 January 1980, the zero of the format: the same files make the same archive, and no clock of ours shows in it. */
const dosDate = 0x0021
const isUtf8 = 0x0800
const ordinaryFile = (0o100644 << 16) >>> 0
const madeByUnix = (3 << 8) | 45

/** Length of the archive that `writeZip` makes of these entries: stored, not compressed, so it is known before the first byte is read. */
export function zipBytes(entries: readonly Omit<ZipEntry, 'path'>[]): number {
  let offset = 0
  let directory = 0
  for (const { name, bytes } of entries) {
    const placed = { name, bytes, offset, crc: 0 }
    directory += directoryHeader(placed).length
    offset += localHeader(placed).length + bytes
  }
  return offset + directory + endOf(entries.length, offset, directory).length
}

/**
 * An archive as a stream (APPNOTE 6.3.10), zip64 where sizes or counts ask for it. Each file is read twice, first for its checksum: readers
 * that go from front to back refuse stored entries whose checksum comes only behind them. One file is open at a time, none after the
 * consumer has gone. Throws where a file no longer has the length that was said: an archive that is cut must not pass for a whole one.
 */
export async function* writeZip(entries: readonly ZipEntry[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const placed: PlacedEntry[] = []
  let offset = 0
  for (const { name, path, bytes } of entries) {
    const entry = { name, bytes, offset, crc: await checksumOf(path, bytes, signal) }
    const header = localHeader(entry)
    yield header
    yield* readWhole(path, bytes, signal)
    placed.push(entry)
    offset += header.length + bytes
  }
  const directory = placed.map(directoryHeader)
  for (const header of directory) yield header
  yield endOf(placed.length, offset, directory.reduce((sum, { length }) => sum + length, 0))
}

async function checksumOf(path: string, bytes: number, signal: AbortSignal): Promise<number> {
  let crc = 0
  for await (const chunk of readWhole(path, bytes, signal)) crc = crc32(chunk, crc)
  return crc
}

async function* readWhole(path: string, bytes: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let read = 0
  const stream = createReadStream(path, { highWaterMark: chunkBytes })
  const chunks: AsyncIterable<Buffer> = stream
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    read += chunk.length
    if (read > bytes) break
    yield chunk
  }
  if (read !== bytes) throw new Error(`a stored file has ${read} bytes where ${bytes} were taken in`)
}

/** Exported for its test: real files of more than 4 GiB are too slow for one. */
export function localHeader({ name, bytes, crc }: PlacedEntry): Buffer {
  const nameBytes = Buffer.from(name, 'utf8')
  const isLarge = bytes >= most32
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(isLarge ? 45 : 20, 4)
  writeCommon(head, 6, crc, bytes)
  head.writeUInt16LE(nameBytes.length, 26)
  const extra = isLarge ? zip64Extra([bytes, bytes]) : Buffer.alloc(0)
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, nameBytes, extra])
}

export function directoryHeader({ name, bytes, offset, crc }: PlacedEntry): Buffer {
  const nameBytes = Buffer.from(name, 'utf8')
  const isLarge = bytes >= most32
  const isFar = offset >= most32
  const extra = isLarge || isFar ? zip64Extra([...(isLarge ? [bytes, bytes] : []), ...(isFar ? [offset] : [])]) : Buffer.alloc(0)
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(madeByUnix, 4)
  head.writeUInt16LE(isLarge || isFar ? 45 : 20, 6)
  writeCommon(head, 8, crc, bytes)
  head.writeUInt16LE(nameBytes.length, 28)
  head.writeUInt16LE(extra.length, 30)
  head.writeUInt32LE(ordinaryFile, 38)
  head.writeUInt32LE(Math.min(offset, most32), 42)
  return Buffer.concat([head, nameBytes, extra])
}

/** Flags, method (0, stored), time, checksum and the two sizes: the part that both headers share. */
function writeCommon(head: Buffer, at: number, crc: number, bytes: number): void {
  head.writeUInt16LE(isUtf8, at)
  head.writeUInt16LE(dosDate, at + 6)
  head.writeUInt32LE(crc, at + 8)
  head.writeUInt32LE(Math.min(bytes, most32), at + 12)
  head.writeUInt32LE(Math.min(bytes, most32), at + 16)
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8)
  extra.writeUInt16LE(0x0001, 0)
  extra.writeUInt16LE(values.length * 8, 2)
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + index * 8)
  return extra
}

export function endOf(count: number, directoryAt: number, directoryBytes: number): Buffer {
  const isLarge = count >= most16 || directoryAt >= most32 || directoryBytes >= most32
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, most16), 8)
  end.writeUInt16LE(Math.min(count, most16), 10)
  end.writeUInt32LE(Math.min(directoryBytes, most32), 12)
  end.writeUInt32LE(Math.min(directoryAt, most32), 16)
  return isLarge ? Buffer.concat([zip64End(count, directoryAt, directoryBytes), end]) : end
}

function zip64End(count: number, directoryAt: number, directoryBytes: number): Buffer {
  const record = Buffer.alloc(56)
  record.writeUInt32LE(0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt16LE(madeByUnix, 12)
  record.writeUInt16LE(45, 14)
  for (const [index, value] of [count, count, directoryBytes, directoryAt].entries()) record.writeBigUInt64LE(BigInt(value), 24 + index * 8)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(directoryAt + directoryBytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator])
}
