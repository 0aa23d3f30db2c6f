import { createHash } from 'node:crypto'
import { crc32c } from '@node-rs/crc32'

export type Metadata = Readonly<{ name?: string, contentType?: string, crc32c?: string, md5Hash?: string, metadata?: Record<string, string> }>
export type StoredObject = Readonly<{ name: string, bytes: Buffer, size: number, contentType: string, crc32c: string, md5: string, generation: string, metadata: Record<string, string>, at: string }>
/** A refusal as the JSON API words it. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: string
  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export const crcText = (value: number): string => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes.toString('base64') }

/** Sums of bytes that come piece by piece; the pieces are kept unless the store forgets them. */
export function summing(isForgetful: boolean) {
  const pieces: Buffer[] = []
  const md5 = createHash('md5')
  let crc = 0
  let size = 0
  return {
    add(piece: Buffer) {
      crc = crc32c(piece, crc)
      md5.update(piece)
      size += piece.length
      if (!isForgetful) pieces.push(piece)
    },
    size: () => size,
    end: () => ({ bytes: Buffer.concat(pieces), size, crc32c: crcText(crc), md5: md5.digest('base64') })
  }
}
export type Sums = ReturnType<ReturnType<typeof summing>['end']>

/** One bucket. Generations rise; nothing is replaced where a precondition forbids it. */
export function createBucket(name: string) {
  const objects = new Map<string, StoredObject>()
  let generation = 1_790_000_000_000_000
  const check = (object: string, match: string | null) => {
    if (match === null) return
    const now = objects.get(object)?.generation ?? '0'
    if (now !== match) throw new Refusal(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.')
  }
  return {
    name, objects, check,
    write(object: string, sums: Sums, { contentType = 'application/octet-stream', crc32c: crc, md5Hash, metadata = {} }: Metadata, match: string | null): StoredObject {
      if (object === '' || Buffer.byteLength(object) > 1024 || /[\r\n]/.test(object)) throw new Refusal(400, 'invalid', 'Invalid object name.')
      if (crc !== undefined && crc !== sums.crc32c) throw new Refusal(400, 'invalid', `Provided CRC32C "${crc}" doesn't match calculated CRC32C "${sums.crc32c}".`)
      if (md5Hash !== undefined && md5Hash !== sums.md5) throw new Refusal(400, 'invalid', `Provided MD5 hash "${md5Hash}" doesn't match calculated MD5 hash "${sums.md5}".`)
      check(object, match)
      const stored: StoredObject = { name: object, ...sums, contentType, generation: String(++generation), metadata, at: new Date().toISOString() }
      objects.set(object, stored)
      return stored
    },
    get(object: string): StoredObject {
      const found = objects.get(object)
      if (found === undefined) throw new Refusal(404, 'notFound', `No such object: ${name}/${object}`)
      return found
    },
    remove(object: string, match: string | null): void {
      const { generation: now } = this.get(object)
      if (match !== null && match !== now) throw new Refusal(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.')
      objects.delete(object)
    },
    /** The resource as JSON; 64-bit numbers are strings. */
    resource: (object: StoredObject) => ({
      kind: 'storage#object', id: `${name}/${object.name}/${object.generation}`, name: object.name, bucket: name, generation: object.generation, metageneration: '1', contentType: object.contentType,
      size: String(object.size), md5Hash: object.md5, crc32c: object.crc32c, etag: Buffer.from(object.generation).toString('base64'), timeCreated: object.at, updated: object.at, storageClass: 'STANDARD', metadata: object.metadata
    })
  }
}
export type Bucket = ReturnType<typeof createBucket>
