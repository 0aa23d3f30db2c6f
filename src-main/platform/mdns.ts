import { hostname } from 'node:os'
import type { Log } from './log.ts'

export type Announcement = Readonly<{ stop: () => Promise<void> }>
export type AnnounceOptions = Readonly<{ port: number, fingerprint: string, log: Log }>

/** Tells the LAN where this workstation is, as `_vigil._tcp` (DNS-SD over multicast DNS), with the fingerprint of its key. Where the network takes no multicast, nothing is told and nothing breaks. */
export function announce({ port, fingerprint, log }: AnnounceOptions): Announcement {
  let isStopped = false
  const stopping: (() => Promise<void>)[] = []
  const begin = async () => {
    const { Bonjour } = await import('bonjour-service')
    if (isStopped) return
    let isSaid = false
    const bonjour = new Bonjour({}, (error: unknown) => {
      if (!isSaid) log.warn('mdns-not-announced', { reason: error instanceof Error && 'code' in error ? String(error.code) : '' })
      isSaid = true
    })
    bonjour.publish({ name: `Vigil on ${hostname().slice(0, 40)}`, type: 'vigil', protocol: 'tcp', port, txt: { fp: fingerprint, path: '/glasses', v: '1' } })
    stopping.push(async () => {
      // The farewell is sent where it can be, and waited for no longer than this.
      await Promise.race([new Promise<void>((resolve) => { bonjour.unpublishAll(() => { resolve() }) }), new Promise<void>((resolve) => { setTimeout(resolve, 500).unref() })])
      await new Promise<void>((resolve) => { bonjour.destroy(() => { resolve() }); setTimeout(resolve, 500).unref() })
    })
  }
  const begun = begin().catch((error: unknown) => { log.error('mdns-not-announced', error) })
  return {
    async stop() {
      isStopped = true
      await begun
      for (const act of stopping) await act()
    }
  }
}
