import { createSocket } from 'node:dgram'
import { Bonjour, type Service } from 'bonjour-service'
import { expect, it } from 'vitest'
import { createLog } from './log.ts'
import { announce } from './mdns.ts'

/** Whether this machine hears its own multicast at all: some containers do not. */
function hearsMulticast(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    const end = (hears: boolean) => { clearTimeout(timer); socket.close(); resolve(hears) }
    const timer = setTimeout(() => { end(false) }, 1500)
    socket.on('error', () => { end(false) }).on('message', () => { end(true) })
    socket.bind(0, () => {
      try {
        socket.addMembership('239.255.77.77')
        socket.send('x', socket.address().port, '239.255.77.77')
      } catch { end(false) }
    })
  })
}

it('the workstation is found on the network by its service, with its port and the fingerprint of its key, until it is stopped', async ({ skip }) => {
  if (!await hearsMulticast()) skip('this machine hears no multicast')
  const announced = announce({ port: 49_871, fingerprint: 'a-fingerprint', log: createLog(() => undefined) })
  const bonjour = new Bonjour()
  const found: Service[] = []
  const gone: Service[] = []
  const browser = bonjour.find({ type: 'vigil' }, (service) => { found.push(service) })
  browser.on('down', (service: Service) => { gone.push(service) })
  const ours = (all: readonly Service[]) => all.find(({ port }) => port === 49_871)
  try {
    await expect.poll(() => ours(found), { timeout: 10_000 }).toMatchObject({ txt: { fp: 'a-fingerprint', path: '/glasses' } })
    await announced.stop()
    await expect.poll(() => ours(gone), { timeout: 5000 }).toBeDefined()
  } finally {
    await announced.stop()
    bonjour.destroy()
  }
})
