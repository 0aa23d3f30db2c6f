import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import busboy from 'busboy'
import { listened } from './ingest/listened.ts'
import { AppError } from '../../src-shared/errors.ts'

const maxParts = 100_000

/** Hands each file of a multipart body over as a stream, in the order they come; nothing is held whole. Fields that are no files are ignored. */
export async function receiveMultipart(request: Request, take: (path: string, source: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
  if (request.body === null) throw new AppError('invalid-request', 'This request carries no file.')
  const files: Promise<void>[] = []
  const parser = openParser(request)
  parser.on('file', (_field, stream, { filename }) => {
    const taken = take(filename || 'upload', listened(stream))
    // A failure must not leave the parser waiting for a reader.
    taken.catch(() => { stream.resume() })
    files.push(taken)
  })
  await pipeline(Readable.from(request.body), parser).catch((cause: unknown) => {
    throw new AppError('invalid-request', 'The upload was cut off or is not a well-formed multipart body.', { cause })
  }).finally(() => Promise.allSettled(files))
  await Promise.all(files)
  if (files.length === 0) throw new AppError('invalid-request', 'This request carries no file.')
}

function openParser(request: Request): ReturnType<typeof busboy> {
  try {
    return busboy({ headers: { 'content-type': request.headers.get('content-type') ?? '' }, limits: { files: maxParts, fields: 100, fieldSize: 64 * 1024 }, preservePath: true })
  } catch (cause) {
    throw new AppError('invalid-request', 'The content type of this upload names no boundary.', { cause })
  }
}
