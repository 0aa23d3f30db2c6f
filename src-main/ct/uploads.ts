import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '../../src-shared/errors.ts'
import type { SignedUpload, SignUploadRequest } from '../../src-shared/ct.ts'
import { BlobTooLarge } from '../platform/blobs.ts'
import { newRowId } from '../platform/row-id.ts'
import type { CtDeps, Principal } from './faces.ts'
import type { CtStore } from './store.ts'

/** As the service before this one had it. */
const expiresS = 900
const mostBytes = 20 * 1024 ** 3
const local = 'local://'

/** Addresses for one upload each: at the bucket where there is one, else at this machine, with the same shape and the same promises. */
export function createUploadAddresses({ clock, blobs, inbox }: CtDeps, store: CtStore) {
  const nameOf = ({ filename, fileName, file_name: other }: SignUploadRequest) => {
    // What a caller names only ever ends a name of ours.
    const ending = /\.([A-Za-z0-9]{1,8})$/.exec(filename ?? fileName ?? other ?? '')?.[1]?.toLowerCase() ?? 'zip'
    return [inbox.prefix, 'incoming', `${newRowId()}.${ending}`].filter((part) => part !== '').join('/')
  }
  const answer = (url: string, headers: Readonly<Record<string, string>>, uri: string, facts: Readonly<{ name: string, contentType: string, expiresAt: string, maxBytes: number }>): SignedUpload => ({
    uploadUrl: url, upload_url: url, method: 'PUT', headers: { ...headers }, uri, gcsUri: uri, gcs_uri: uri, objectName: facts.name, object_name: facts.name, contentType: facts.contentType, content_type: facts.contentType,
    expiresAt: facts.expiresAt, expires_at: facts.expiresAt, expiresIn: expiresS, expires_in: expiresS, maxBytes: facts.maxBytes
  })

  return {
    /** `origin`: where this machine was reached. Throws AppError 'not-configured' where nothing can sign. */
    async sign(request: SignUploadRequest, origin: string, by: Principal): Promise<SignedUpload> {
      const contentType = request.contentType ?? request.content_type ?? 'application/zip'
      const maxBytes = Math.min(mostBytes, request.sizeBytes ?? request.size_bytes ?? mostBytes)
      const name = nameOf(request)
      if (inbox.mode === 'gcs') {
        const { url, headers, expiresAt } = await inbox.sign({ name, contentType, maxBytes, expiresS })
        return answer(url, headers, `gs://${inbox.place}/${name}`, { name, contentType, expiresAt, maxBytes })
      }
      const secret = randomBytes(32).toString('base64url')
      const expiresAt = new Date(clock.now().getTime() + expiresS * 1000).toISOString()
      store.addTicket({ id: newRowId(), secretHash: hashOf(secret), objectName: name, contentType, maxBytes, expiresAt, createdBy: by.id, createdAt: clock.iso() })
      return answer(`${origin}/ct/uploads/${secret}`, { 'content-type': contentType }, `${local}${name}`, { name, contentType, expiresAt, maxBytes })
    },
    /** The PUT to an address of this machine. Who has the address has the right; it counts once. */
    async receive(secret: string, { contentType, length, body, signal }: Readonly<{ contentType: string, length: number | null, body: AsyncIterable<Uint8Array>, signal: AbortSignal }>): Promise<void> {
      const ticket = store.ticket(hashOf(secret))
      if (ticket === null) throw new AppError('not-found', 'There is no upload at this address.')
      if (ticket.usedAt !== null) throw new AppError('conflict', 'This address has been used. Ask for another one.')
      if (ticket.expiresAt < clock.iso()) throw new AppError('not-allowed', 'This address has expired. Ask for another one.')
      if (contentType !== ticket.contentType) throw new AppError('not-allowed', `This address takes ${ticket.contentType} and nothing else.`)
      const tooLarge = new AppError('too-large', `This address takes up to ${ticket.maxBytes} bytes.`)
      if (length !== null && length > ticket.maxBytes) throw tooLarge
      const pending = await blobs.receive(body, { maxBytes: ticket.maxBytes, signal }).catch((error: unknown) => { throw error instanceof BlobTooLarge ? tooLarge : error })
      if (pending.bytes === 0 || (length !== null && pending.bytes !== length)) {
        await pending.discard()
        throw new AppError('invalid-request', 'The upload was cut off. The address still holds: send it again.')
      }
      const { sha256, bytes } = await pending.commit()
      if (!store.useTicket(ticket.id, sha256, bytes)) throw new AppError('conflict', 'This address has been used. Ask for another one.')
    },
    /** What a script names, as the one address of an object in our inbox. Nothing else can be fetched: no other bucket, no other host, no file. */
    uriOf(named: string): string {
      const prefix = inbox.prefix === '' ? '' : `${inbox.prefix}/`
      const own = inbox.mode === 'gcs' ? `gs://${inbox.place}/` : local
      const name = named.startsWith(own) ? named.slice(own.length) : /^[a-z]+:/i.test(named) ? null : named
      if (name === null || !name.startsWith(prefix) || name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
        throw new AppError('not-allowed', `Only objects below ${own}${prefix} are fetched. Ask /ct/sign-upload for an address and send it there.`, { field: 'uri' })
      }
      return `${own}${name}`
    },
    /** The bytes of an object of our inbox. Throws AppError 'not-found', or a SendFault of the cloud. */
    async open(uri: string, signal: AbortSignal): Promise<Readonly<{ body: AsyncIterable<Uint8Array>, bytes: number, name: string }>> {
      if (uri.startsWith(local)) {
        const ticket = store.ticketOf(uri.slice(local.length))
        if (ticket === null || ticket.sha256 === null || ticket.bytes === null) throw new AppError('not-found', 'Nothing has been sent to this address yet.')
        return { body: blobs.read(ticket.sha256), bytes: ticket.bytes, name: ticket.objectName }
      }
      const name = uri.slice(`gs://${inbox.place}/`.length)
      const found = await inbox.open(name, signal)
      return { body: found.body, bytes: found.bytes, name }
    }
  }
}
export type UploadAddresses = ReturnType<typeof createUploadAddresses>

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
