import { backoffMs } from '../../platform/backoff.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { SendFault, type FaultClass, type Reachability } from '../../platform/outbox-types.ts'
import type { SyncTarget } from '../../../src-shared/sync.ts'

export type LinkState = 'off' | 'unknown' | 'online' | 'slow' | 'offline' | 'captive-portal' | 'refused'
export type LinkView = Readonly<{ state: LinkState, text: string, since: string | null, checkedAt: string | null, nextCheckAt: string | null }>
/** Resolves where the target answers as it should. Throws a SendFault with the reason. */
export type Probe = (signal: AbortSignal) => Promise<void>
export type ConnectivityDeps = Readonly<{
  clock: Clock, log: Log, random?: () => number
  /** Null where a target is not set up. */
  probes: Readonly<Partial<Record<SyncTarget, Readonly<{ name: string, probe: Probe }> | null>>>
  isWaiting: (target: SyncTarget) => boolean
  /** Of a target's own settings: paused, hours. Null where it may go. */
  whyHeld: (target: SyncTarget) => string | null
  answersAgain: (target: SyncTarget) => void
  changed: () => void
}>

type Link = { state: LinkState, text: string, sinceMs: number | null, checkedMs: number | null, nextMs: number | null, failures: number, isProbing: boolean }
const probeTimeoutMs = 15_000
const slowMs = 3000
/** Somebody who looks gets a fresh answer, but not at every blink. */
const staleMs = 60_000
const pauses = { firstMs: 5000, mostMs: 5 * 60_000 }

/**
 * Whether targets answer, told by what they answer: senders report what they met, and while something waits (or somebody looks) a target
 * that was silent is asked something cheap now and then. While it is silent nothing else is tried on it.
 */
export function createConnectivity({ clock, log, probes, isWaiting, whyHeld, answersAgain, changed, random = Math.random }: ConnectivityDeps) {
  const links = new Map<string, Link>()
  const linkOf = (target: string): Link => {
    const known = links.get(target)
    if (known !== undefined) return known
    const isOff = (probes as Readonly<Record<string, unknown>>)[target] === null || !(target in probes)
    const made: Link = { state: isOff ? 'off' : 'unknown', text: isOff ? 'Not set up.' : 'Nothing has been sent there yet.', sinceMs: null, checkedMs: null, nextMs: null, failures: 0, isProbing: false }
    links.set(target, made)
    return made
  }
  const nowMs = () => clock.now().getTime()
  const enter = (target: string, link: Link, state: LinkState, text: string) => {
    if (link.state !== state) {
      link.sinceMs = nowMs()
      log.info('target-changed', { target, from: link.state, to: state })
    }
    const isNews = link.state !== state || link.text !== text
    const wasDown = isDown(link.state)
    link.state = state
    link.text = text
    link.checkedMs = nowMs()
    if (isDown(state)) {
      link.failures++
      link.nextMs = nowMs() + backoffMs(link.failures, { ...pauses, random })
    } else {
      link.failures = 0
      link.nextMs = null
    }
    if (isNews) changed()
    if (wasDown && !isDown(state)) answersAgain(target as SyncTarget)
  }

  const report: Reachability['report'] = (target, outcome, sentence) => {
    const link = linkOf(target)
    if (link.state === 'off') return
    if (outcome === 'offline') enter(target, link, isPortal(sentence) ? 'captive-portal' : 'offline', sentence ?? 'It does not answer.')
    else if (outcome === 'refused') enter(target, link, 'refused', sentence ?? 'It does not let us in.')
    else if (outcome === 'later') enter(target, link, link.state === 'slow' ? 'slow' : 'online', sentence ?? 'It answers, and asks to wait.')
    // 'never' and 'unknown' may have reasons of our own: a damaged file says nothing of the target.
    else if (outcome === 'answered') enter(target, link, 'online', 'It answers.')
  }

  const probe = async (target: SyncTarget): Promise<void> => {
    const link = linkOf(target)
    const found = probes[target]
    if (found === undefined || found === null || link.isProbing) return
    link.isProbing = true
    link.nextMs = null
    changed()
    const startedMs = clock.monotonicMs()
    try {
      await found.probe(AbortSignal.timeout(probeTimeoutMs))
      const tookMs = clock.monotonicMs() - startedMs
      if (tookMs > slowMs) enter(target, link, 'slow', `It answers after ${(tookMs / 1000).toFixed(0)} seconds.`)
      else enter(target, link, 'online', 'It answers.')
    } catch (error) {
      const fault = error instanceof SendFault ? error : new SendFault('offline', `${found.name} did not answer in time.`, { cause: error })
      if (!(error instanceof SendFault) && !(error instanceof DOMException)) log.error('probe-failed', error, { target })
      if (fault.faultClass === 'paused') link.checkedMs = nowMs()
      else report(target, fault.faultClass, fault.message)
    } finally {
      link.isProbing = false
      changed()
    }
  }
  const each = (): SyncTarget[] => Object.keys(probes) as SyncTarget[]

  return {
    report,
    mayTry(target: string): ReturnType<Reachability['mayTry']> {
      const link = linkOf(target)
      if (link.state === 'off') return { ok: false, text: 'Nothing is set up for it.' }
      const held = whyHeld(target as SyncTarget)
      if (held !== null) return { ok: false, text: held }
      return isDown(link.state) ? { ok: false, text: link.text } : { ok: true }
    },
    view(target: SyncTarget): LinkView {
      const { state, text, sinceMs, checkedMs, nextMs } = linkOf(target)
      const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
      return { state, text, since: iso(sinceMs), checkedAt: iso(checkedMs), nextCheckAt: iso(nextMs) }
    },
    isDown: (target: SyncTarget): boolean => isDown(linkOf(target).state),
    /** By hand, and by whoever knows that the network is another one. */
    probe,
    /** Somebody looks at the states. */
    looked(): void {
      for (const target of each()) {
        const { state, checkedMs, isProbing } = linkOf(target)
        if (state !== 'off' && !isDown(state) && !isProbing && (checkedMs === null || nowMs() - checkedMs > staleMs)) void probe(target)
      }
    },
    /** Every second. */
    tick(): void {
      for (const target of each()) {
        const { state, nextMs } = linkOf(target)
        if (isDown(state) && nextMs !== null && nextMs <= nowMs() && isWaiting(target) && whyHeld(target) === null) void probe(target)
      }
    },
    /** The network has changed, or the machine has slept: what was known of it counts no more. */
    forget(): void {
      for (const target of each()) if (linkOf(target).state !== 'off' && (isWaiting(target) || isDown(linkOf(target).state))) void probe(target)
    }
  }
}
export type Connectivity = ReturnType<typeof createConnectivity>

const isDown = (state: LinkState): boolean => state === 'offline' || state === 'captive-portal' || state === 'refused'
const isPortal = (sentence: string | null): boolean => sentence !== null && /sign-in page|wants a sign-in/.test(sentence)
export type { FaultClass }
