import { networkInterfaces } from 'node:os'
import type { GlassesSettings, LanState } from '../../src-shared/glasses.ts'

/** What the host that opens the port has to say of it. */
export type LanReport = Readonly<{ state: 'off' | 'starting' } | { state: 'failed', text: string } | { state: 'on', port: number, fingerprint: string, certificate: Readonly<{ sha256: string, validTo: string }>, isAnnounced: boolean }>
export type LanWish = Readonly<{ isOn: boolean, port: number, interfaces: readonly string[], isAnnounced: boolean }>
export type LanSideDeps = Readonly<{ settings: () => GlassesSettings, lanPort: number, changed: () => void, interfaces?: () => LanState['interfaces'] }>

/** Interfaces that lead to other machines, and their addresses; link-local IPv6 needs a zone and is left out. */
export function lanInterfaces(): LanState['interfaces'] {
  return Object.entries(networkInterfaces()).flatMap(([name, found]) => {
    const addresses = (found ?? []).filter(({ internal, address }) => !internal && !address.startsWith('fe80:')).map(({ address }) => address)
    return addresses.length === 0 ? [] : [{ name, addresses }]
  })
}

/** Interfaces that programs make: containers, virtual machines, tunnels. */
const made = /^(?:docker|br-|veth|virbr|vbox|vmnet|vEthernet|tun|tap|utun|wg|zt|tailscale|bridge)/i

/** Whether other machines may come in, and how it stands. The host opens and closes the port by what is wished here. */
export function createLanSide({ settings, lanPort, changed, interfaces = lanInterfaces }: LanSideDeps) {
  let report: LanReport = { state: 'off' }
  const listeners = new Set<() => void>()
  const chosen = () => {
    const all = interfaces()
    const named = settings().interfaces
    return named.length === 0 ? all : all.filter(({ name }) => named.includes(name))
  }
  return {
    wish(): LanWish {
      const { isLanOn, interfaces: names, isAnnounced } = settings()
      return { isOn: isLanOn, port: lanPort, interfaces: names, isAnnounced }
    },
    /** Cards before bridges and tunnels, which other devices seldom reach; IPv4 first, because it is what people read out. */
    addresses: (): string[] => chosen().flatMap(({ name, addresses }) => addresses.map((address) => ({ address, rank: Number(made.test(name)) * 2 + Number(address.includes(':')) })))
      .toSorted((a, b) => a.rank - b.rank).map(({ address }) => address),
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    wished(): void { for (const listener of listeners) listener() },
    report(next: LanReport): void { report = next; changed() },
    port: (): number => (report.state === 'on' ? report.port : lanPort),
    state(): LanState {
      const addresses = chosen().flatMap((one) => one.addresses)
      const on = report.state === 'on' ? report : null
      return {
        state: report.state, port: on?.port ?? lanPort, addresses, interfaces: interfaces(),
        fingerprint: on?.fingerprint ?? null, certificate: on?.certificate ?? null, isAnnounced: on?.isAnnounced ?? false,
        text: textOf(report, addresses, settings().interfaces)
      }
    }
  }
}
export type LanSide = ReturnType<typeof createLanSide>

function textOf(report: LanReport, addresses: readonly string[], named: readonly string[]): string {
  switch (report.state) {
    case 'off': return 'Other devices can not reach this workstation.'
    case 'starting': return 'The port for other devices is being opened.'
    case 'failed': return report.text
    case 'on':
      if (addresses.length > 0) return `Other devices reach this workstation at ${addresses.map((address) => `${address.includes(':') ? `[${address}]` : address}:${report.port}`).join(', ')}.`
      return named.length > 0 ? 'The port is open, but none of the chosen interfaces has an address now.' : 'The port is open, but this machine is on no network now.'
    default: return report satisfies never
  }
}
