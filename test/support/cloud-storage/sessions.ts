import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Refusal, summing, type Bucket, type Metadata, type StoredObject } from './objects.ts'

/** Whatever is kept of a piece that is not the last one is a whole number of these. */
export const granule = 262_144
export type Session = { id: string, name: string, metadata: Metadata, match: string | null, declared: number | null, sums: ReturnType<typeof summing>, done: StoredObject | null, isGone: boolean }
export type SessionAnswer = Readonly<{ stored: StoredObject } | { kept: number }>
/** How a piece goes wrong on its way in. */
export type PieceFault = Readonly<{ cutAfter?: number, keepOnly?: number, delayMsPerPiece?: number, corrupt?: boolean }>

type Range = Readonly<{ kind: 'query' } | { kind: 'data', from: number, to: number | null, total: number | null }>

function parseRange(header: string | undefined, length: number | null): Range {
  if (header === undefined) {
    if (length === null) throw new Refusal(400, 'badRequest', 'Content-Range or Content-Length is needed.')
    return { kind: 'data', from: 0, to: length - 1, total: length }
  }
  if (/^bytes \*\/(?:\*|\d+)$/.test(header)) {
    if (length !== 0) throw new Refusal(400, 'badRequest', 'A status query has no body.')
    return { kind: 'query' }
  }
  const found = /^bytes (\d+)-(\d+|\*)\/(\d+|\*)$/.exec(header)
  if (found === null) throw new Refusal(400, 'badRequest', `Failed to parse Content-Range header: ${header}`)
  const [, from, to, total] = found
  return { kind: 'data', from: Number(from), to: to === '*' ? null : Number(to), total: total === '*' ? null : Number(total) }
}

/** Upload sessions of the JSON API, to the letter of its contract. */
export function createSessions(bucket: Bucket, options: Readonly<{ isForgetful: () => boolean, count: (bytes: number) => void }>) {
  const sessions = new Map<string, Session>()

  async function receive(session: Session, request: IncomingMessage, { from, to, total }: Extract<Range, { kind: 'data' }>, fault: PieceFault): Promise<SessionAnswer> {
    const have = session.sums.size()
    if (from !== have) throw new Refusal(400, 'badRequest', `Invalid request. The range begins at ${from}; ${have} bytes are stored.`)
    if (total !== null && session.declared !== null && total !== session.declared) throw new Refusal(400, 'badRequest', 'The total differs from the one the session was begun with.')
    const isLast = to === null || (total !== null && to + 1 === total)
    if (to !== null && !isLast && (to + 1 - from) % granule !== 0) throw new Refusal(400, 'badRequest', `A piece that is not the last must be a multiple of ${granule} bytes.`)
    const wanted = to === null ? null : to + 1 - from
    let taken = 0
    let rest: Buffer = Buffer.alloc(0)
    const flush = (isEnd: boolean) => {
      const whole = isEnd ? rest.length : rest.length - rest.length % granule
      if (whole > 0) session.sums.add(rest.subarray(0, whole))
      rest = rest.subarray(whole)
    }
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        if (fault.delayMsPerPiece !== undefined) await new Promise((resolve) => { setTimeout(resolve, fault.delayMsPerPiece) })
        const room = fault.cutAfter === undefined ? piece.length : Math.min(piece.length, fault.cutAfter - taken)
        const bytes = fault.corrupt === true && taken === 0 ? Buffer.from(piece.map((value, at) => (at === 0 ? value ^ 1 : value))) : piece
        taken += room
        options.count(room)
        rest = Buffer.concat([rest, bytes.subarray(0, room)])
        if (rest.length >= granule * 4) flush(false)
        if (room < piece.length || taken === fault.cutAfter) { flush(false); request.socket.destroy(); throw new Refusal(0, 'cut', 'cut') }
      }
    } catch (error) {
      if (error instanceof Refusal) throw error
      flush(false)
      throw new Refusal(0, 'cut', 'the sender went away')
    }
    if (wanted !== null && taken !== wanted) { flush(false); throw new Refusal(400, 'badRequest', 'The body is not as long as its range.') }
    if (fault.keepOnly !== undefined) {
      const kept = Math.min(rest.length, Math.max(0, fault.keepOnly - fault.keepOnly % granule))
      session.sums.add(rest.subarray(0, kept))
      return { kept: session.sums.size() }
    }
    flush(true)
    if (!isLast) return { kept: session.sums.size() }
    if (total !== null && session.sums.size() !== total) throw new Refusal(400, 'badRequest', 'Fewer bytes came than the total says.')
    try {
      session.done = bucket.write(session.name, session.sums.end(), session.metadata, session.match)
    } catch (error) {
      session.isGone = true
      throw error
    }
    return { stored: session.done }
  }

  return {
    all: sessions,
    begin(name: string, metadata: Metadata, match: string | null, declared: number | null): Session {
      bucket.check(name, match)
      const session: Session = { id: randomBytes(24).toString('base64url'), name, metadata, match, declared, sums: summing(options.isForgetful()), done: null, isGone: false }
      sessions.set(session.id, session)
      return session
    },
    find(id: string | null): Session {
      const session = sessions.get(id ?? '')
      if (session === undefined) throw new Refusal(404, 'notFound', 'No such upload session.')
      if (session.isGone) throw new Refusal(410, 'gone', 'This upload session is over.')
      return session
    },
    expire(): void { for (const session of sessions.values()) session.isGone = true },
    async put(session: Session, request: IncomingMessage, fault: PieceFault): Promise<SessionAnswer> {
      const length = request.headers['content-length']
      const range = parseRange(request.headers['content-range'], length === undefined ? null : Number(length))
      if (range.kind === 'query') request.resume()
      if (session.done !== null) { if (range.kind === 'data') request.resume(); return { stored: session.done } }
      return range.kind === 'query' ? { kept: session.sums.size() } : receive(session, request, range, fault)
    }
  }
}
