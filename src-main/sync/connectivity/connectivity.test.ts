import { describe, expect, it } from 'vitest'
import { heldClock } from '../../../test/support/edge.ts'
import { createLog } from '../../platform/log.ts'
import { SendFault } from '../../platform/outbox-types.ts'
import { createConnectivity, type Probe } from './connectivity.ts'
import { createNetworkWatch } from './network-watch.ts'

function aLink({ probe = async () => undefined, isWaiting = () => true, whyHeld = () => null }: { probe?: Probe, isWaiting?: () => boolean, whyHeld?: () => string | null } = {}) {
  const clock = heldClock()
  const again: string[] = []
  let asked = 0
  const links = createConnectivity({
    clock, log: createLog(() => undefined), random: () => 1, isWaiting, whyHeld, changed: () => undefined, answersAgain: (target) => { again.push(target) },
    probes: { 'cloud-storage': { name: 'The cloud storage', probe: async (signal) => { asked++; await probe(signal) } }, captions: null }
  })
  return { clock, links, again, asked: () => asked, state: () => links.view('cloud-storage').state }
}
const settled = async () => { await new Promise((resolve) => { setImmediate(resolve) }) }

describe('a target', () => {
  it('is what it answers', () => {
    const { links, state } = aLink()
    expect([state(), links.view('captions').state, links.mayTry('captions').ok, links.mayTry('cloud-storage').ok]).toEqual(['unknown', 'off', false, true])
    links.report('cloud-storage', 'answered', null)
    expect(state()).toBe('online')
    links.report('cloud-storage', 'offline', 'The cloud storage can not be reached from here.')
    expect([state(), links.mayTry('cloud-storage')]).toEqual(['offline', { ok: false, text: 'The cloud storage can not be reached from here.' }])
    links.report('cloud-storage', 'refused', 'No access.')
    expect(state()).toBe('refused')
    links.report('cloud-storage', 'later', 'Busy.')
    expect([state(), links.view('cloud-storage').text]).toEqual(['online', 'Busy.'])
    // Our own troubles say nothing of it.
    links.report('cloud-storage', 'never', 'A file is damaged.')
    links.report('cloud-storage', 'unknown', 'Something broke.')
    expect(links.view('cloud-storage').text).toBe('Busy.')
  })

  it('that is silent is asked less and less often, from seconds to minutes, and by nobody else', async () => {
    const { clock, links, asked, state } = aLink({ probe: async () => { throw new SendFault('offline', 'Nobody there.') } })
    links.report('cloud-storage', 'offline', 'Nobody there.')
    const gaps: number[] = []
    let lastS = 0
    for (let second = 1; second <= 3600; second++) {
      clock.advance(1)
      const before = asked()
      links.tick()
      await settled()
      if (asked() > before) { gaps.push(second - lastS); lastS = second }
    }
    expect([gaps[0], Math.max(...gaps), state()]).toEqual([5, 300, 'offline'])
    expect(gaps).toEqual(gaps.toSorted((one, other) => one - other))
  })

  it('is not asked while nothing waits for it, nor while it is held', () => {
    for (const more of [{ isWaiting: () => false }, { whyHeld: () => 'Paused.' }]) {
      const { clock, links, asked } = aLink(more)
      links.report('cloud-storage', 'offline', 'x')
      clock.advance(4000)
      links.tick()
      expect(asked()).toBe(0)
    }
  })

  it('that answers again lets everything go on at once', async () => {
    let isDown = true
    const { clock, links, again, state } = aLink({ probe: async () => { if (isDown) throw new SendFault('offline', 'x') } })
    links.report('cloud-storage', 'offline', 'x')
    isDown = false
    clock.advance(6)
    links.tick()
    await settled()
    expect([state(), again]).toEqual(['online', ['cloud-storage']])
  })

  it('that takes long to answer is slow, and one that never does is offline', async () => {
    const slow = aLink({ probe: async () => { slow.clock.advance(4) } })
    await slow.links.probe('cloud-storage')
    expect(slow.links.view('cloud-storage')).toMatchObject({ state: 'slow', text: 'It answers after 4 seconds.' })
    const dead = aLink({ probe: async () => { throw new DOMException('timeout', 'TimeoutError') } })
    await dead.links.probe('cloud-storage')
    expect(dead.links.view('cloud-storage')).toMatchObject({ state: 'offline', text: 'The cloud storage did not answer in time.' })
  })

  it('is looked at when somebody looks, and not at every blink', async () => {
    const { clock, links, asked } = aLink()
    for (let looks = 0; looks < 10; looks++) { links.looked(); await settled() }
    expect(asked()).toBe(1)
    clock.advance(61)
    links.looked()
    expect(asked()).toBe(2)
  })
})

describe('the network of this machine', () => {
  const watched = () => {
    const clock = heldClock()
    const heard: string[] = []
    const state = { addresses: 'eth0 10.0.0.1' }
    const watch = createNetworkWatch({ clock, addresses: () => state.addresses, onChange: (why) => { heard.push(why) } })
    return { heard, state, second: (seconds = 1) => { clock.advance(seconds); watch.look() } }
  }
  it('that is another one, or none, is heard of once', () => {
    const { heard, state, second } = watched()
    second()
    state.addresses = 'wlan0 192.168.1.7'
    second()
    second()
    state.addresses = ''
    second()
    expect(heard).toEqual(['network', 'network'])
  })
  it('and a sleep, by the clock that went on without it; a busy second is none', () => {
    const { heard, second } = watched()
    second(15)
    second(3600)
    second()
    expect(heard).toEqual(['wake'])
  })
  it('makes what was silent be asked at once', async () => {
    const { links, asked } = aLink({ isWaiting: () => false })
    links.forget()
    expect(asked()).toBe(0)
    links.report('cloud-storage', 'offline', 'x')
    links.forget()
    await settled()
    expect(asked()).toBe(1)
  })
})
