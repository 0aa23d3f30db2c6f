import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFolder, heldClock, type HeldClock } from '../../test/support/edge.ts'
import { keyPinOf, ownCertificate } from './certificate.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
let clock: HeldClock
beforeEach(async () => { folder = await aFolder(); clock = heldClock('2026-11-27T00:00:00.000Z') })
afterEach(() => folder.remove())
const made = (...names: string[]) => ownCertificate(join(folder.path, 'lan'), names, clock)
const day = 24 * 3600

describe('the certificate of this workstation', () => {
  it('is made once, for this user alone, and names the machine and its addresses', async () => {
    const first = await made('localhost', '192.0.2.7', 'fd00::2', 'Jörgs Rechner_2')
    expect(await made('192.0.2.7', 'localhost')).toEqual(first)
    expect(new X509Certificate(first.cert).subjectAltName?.replaceAll('"', '')).toMatch(/DNS:localhost.*|IP Address:192\.0\.2\.7/)
    expect([first.keyPin, first.keyPin.length]).toEqual([keyPinOf(first.cert), 43])
    if (process.platform !== 'win32') expect(statSync(join(folder.path, 'lan', 'certificate.json')).mode & 0o077).toBe(0)
  })

  it('is renewed under the same key a month before its end and for other addresses, so that devices stay paired', async () => {
    const first = await made('localhost')
    clock.advance(365 * day)
    expect((await made('localhost')).cert).toBe(first.cert)
    clock.advance(10 * day)
    const second = await made('localhost')
    const third = await made('localhost', '192.0.2.9')
    expect(new Set([first.cert, second.cert, third.cert]).size).toBe(3)
    expect([second.keyPin, third.keyPin, second.key]).toEqual([first.keyPin, first.keyPin, first.key])
    expect(second.validTo.getTime()).toBeGreaterThan(first.validTo.getTime())
  })

  it('is made anew where what is kept is cut short, or its key is another one’s', async () => {
    const first = await made('localhost')
    const file = join(folder.path, 'lan', 'certificate.json')
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 200))
    const second = await made('localhost')
    expect(second.keyPin).not.toBe(first.keyPin)
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, key: first.key }))
    expect((await made('localhost')).keyPin).not.toBe(second.keyPin)
  })
})
