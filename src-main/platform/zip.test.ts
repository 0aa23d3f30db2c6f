import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import { bodyOf } from './http-stream.ts'
import { directoryHeader, endOf, localHeader, writeZip, zipBytes, type ZipEntry } from './zip.ts'

let folder = ''
const contents = [randomBytes(700_001), Buffer.alloc(0), randomBytes(3)]
let entries: ZipEntry[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-zip-'))
  entries = contents.map((bytes, index) => {
    const path = join(folder, `file-${index}`)
    writeFileSync(path, bytes)
    return { name: index === 2 ? 'ct-2/größe.dcm' : `ct-2/000${index}.dcm`, path, bytes: bytes.length }
  })
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

async function collect(wanted: readonly ZipEntry[]): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of writeZip(wanted, new AbortController().signal)) parts.push(part)
  return Buffer.concat(parts)
}

/** Names, checksums and bytes as another program reads them. */
async function unpack(file: string): Promise<{ name: string, crc: number, sha256: string }[]> {
  const zip = await openPromise(file)
  const found = []
  for await (const entry of zip.eachEntry()) {
    const hash = createHash('sha256')
    for await (const chunk of await zip.openReadStreamPromise(entry)) hash.update(chunk)
    found.push({ name: entry.fileName, crc: entry.crc32, sha256: hash.digest('hex') })
  }
  return found
}

describe('an archive', () => {
  it('is as long as was said before, and gives each file back bit for bit', async () => {
    const zip = await collect(entries)
    expect(zip.length).toBe(zipBytes(entries))
    const file = join(folder, 'a.zip')
    writeFileSync(file, zip)
    const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    expect((await unpack(file)).map(({ name, sha256 }) => ({ name, sha256 }))).toEqual(entries.map(({ name }, index) => ({ name, sha256: sha(contents[index] ?? Buffer.alloc(0)) })))
    expect((await collect(entries)).equals(zip)).toBe(true)
  })

  it('tells the checksum before the bytes, for readers that go from front to back', async () => {
    const zip = await collect(entries)
    const central = zip.lastIndexOf(Buffer.from('PK\u0001\u0002'))
    expect(zip.readUInt16LE(6) & 0x8).toBe(0)
    expect(zip.readUInt32LE(14)).not.toBe(0)
    expect(central).toBeGreaterThan(0)
  })

  it('with no files in it is still one', async () => { expect((await collect([])).toString('latin1', 0, 4)).toBe('PK\u0005\u0006') })

  it('breaks off where a stored file was cut since', async () => {
    const path = join(folder, 'cut')
    writeFileSync(path, randomBytes(1000))
    truncateSync(path, 900)
    await expect(collect([{ name: 'x', path, bytes: 1000 }])).rejects.toThrow('900 bytes where 1000')
  })

  it('takes more files than two bytes count', async () => {
    const many = Array.from({ length: 65_536 }, (_, index) => ({ name: `f/${index}`, path: entries[1]?.path ?? '', bytes: 0 }))
    const end = endOf(many.length, 10, 20)
    expect(end.readBigUInt64LE(24)).toBe(65_536n)
    expect(end.toString('latin1', 56, 60)).toBe('PK\u0006\u0007')
    expect(zipBytes(many)).toBeGreaterThan(65_536 * 76)
  })

  it('writes sizes and places beyond four bytes as zip64', () => {
    const far = { name: 'a', bytes: 5_000_000_000, offset: 6_000_000_000, crc: 7 }
    const local = localHeader(far)
    expect([local.readUInt16LE(4), local.readUInt32LE(18), local.readUInt32LE(22), local.readBigUInt64LE(35), local.readBigUInt64LE(43)]).toEqual([45, 0xffffffff, 0xffffffff, 5_000_000_000n, 5_000_000_000n])
    const entry = directoryHeader(far)
    expect([entry.readUInt16LE(6), entry.readUInt32LE(42), entry.readBigUInt64LE(51), entry.readBigUInt64LE(67)]).toEqual([45, 0xffffffff, 5_000_000_000n, 6_000_000_000n])
    const near = directoryHeader({ ...far, bytes: 10 })
    expect([near.readUInt32LE(24), near.readUInt16LE(30), near.readBigUInt64LE(51)]).toEqual([10, 12, 6_000_000_000n])
  })
})

describe('the stream of an archive', () => {
  it('closes the file that it reads when the reader goes away', async () => {
    const path = join(folder, 'long')
    writeFileSync(path, randomBytes(5_000_000))
    const openFiles = async () => (process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0)
    const before = await openFiles()
    const reader = bodyOf((signal) => writeZip([{ name: 'long', path, bytes: 5_000_000 }], signal)).getReader()
    await reader.read()
    await reader.read()
    await reader.cancel()
    await expect.poll(openFiles).toBeLessThanOrEqual(before)
  })

  it('fails, and does not end, where a file is gone', async () => {
    const body = bodyOf((signal) => writeZip([{ name: 'x', path: join(folder, 'never'), bytes: 3 }], signal))
    await expect(new Response(body).arrayBuffer()).rejects.toThrow()
  })
})

const hasUnzip = (() => { try { execFileSync('unzip', ['-v'], { stdio: 'ignore' }); return true } catch { return false } })()
it.skipIf(!hasUnzip)('passes the test of unzip', async () => {
  const file = join(folder, 'b.zip')
  writeFileSync(file, await collect(entries))
  expect(execFileSync('unzip', ['-t', file]).toString()).toContain('No errors detected')
})
