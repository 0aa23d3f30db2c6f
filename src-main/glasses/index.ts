import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '../../src-shared/errors.ts'
import { maxFrameBytes, type BiometricUpload, type CaptionUpload, type GlassesSettingsPatch, type GlassesStatus, type GlassesTimeline, type Paired, type Pairing, type PairingRequest, type TimelineQuery, type WindowStored } from '../../src-shared/glasses.ts'
import type { z } from 'zod'
import { newRowId } from '../platform/row-id.ts'
import { createSettingsStore } from '../platform/settings-store.ts'
import { createCaptionSource } from './captions/source.ts'
import { createDevices } from './devices/devices.ts'
import { createDeviceStore, type DeviceRow } from './devices/store.ts'
import type { GlassesDeps, Principal } from './faces.ts'
import { createKeyFrames } from './key-frames/key-frames.ts'
import { createLanSide } from './lan-side.ts'
import { createLoop } from './loop/loop.ts'
import { createInterventionStore } from './loop/store.ts'
import { qrSvg } from '../platform/qr.ts'
import { pairingLink } from './pairing-link.ts'
import { noticeText } from './poke/poke.ts'
import { createGlassesSettings } from './settings.ts'
import { createHistories } from './stream/histories.ts'
import { serveConnection } from './stream/connection.ts'
import { createVisionSocket } from './stream/socket.ts'
import { createStreams, type LiveStream } from './stream/streams.ts'
import { createWindowStore } from './windows/store.ts'

export { createNotices, type Notices } from './poke/notices.ts'
export { createGlassesRoutes, pokeSend } from './routes.ts'
export { createGlassesLanRoutes } from './lan-routes.ts'
export { lanOrigin } from './pairing-link.ts'
export type { LanReport, LanSide, LanWish } from './lan-side.ts'
export type { GlassesDeps } from './faces.ts'
export type Glasses = ReturnType<typeof createGlasses>

const mostTimelineRows = 3000

/** Cameras on the LAN: who may stream, what they see in words, and whether somebody should act. */
export function createGlasses(deps: GlassesDeps) {
  const { db, clock, events, log, audit, config, lanPort, reader, sync, notices, consents } = deps
  const settingsStore = createSettingsStore(db, clock)
  const settings = createGlassesSettings({ store: settingsStore, config })
  const changed = () => { events.publish({ type: 'glasses-changed' }) }
  const brought = () => { events.publish({ type: 'glasses-data' }) }
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act)()
  const streams = createStreams({ clock, log, changed })
  const histories = createHistories(clock)
  const windows = createWindowStore(db, clock)
  const interventions = createInterventionStore(db, clock)
  const devices = createDevices({
    store: createDeviceStore(db, clock), consents, clock, audit, magicWord: config.magicWord, changed,
    revoked: (deviceId) => { for (const stream of streams.ofDevice(deviceId)) stream.end(4003, 'This device may not stream any more.') }
  })
  const captions = createCaptionSource({ reader, clock, log, config, chosen: () => settings.get().captions })
  const keyFrames = createKeyFrames({ db, clock, log, settings: settings.get })
  const lan = createLanSide({ settings: settings.get, lanPort, changed })
  const loop = createLoop({
    clock, log, audit, store: interventions, windows, settingsStore, reader, config, settings: settings.get, changed: brought,
    notify(interventionId) {
      if (!settings.get().sendsPoke || !notices.hasKey()) return null
      sync.notify(interventionId)
      return noticeText({ interventionId })
    },
    noticed: (interventionId) => { events.publish({ type: 'intervention', interventionId }) }
  })
  const timers: NodeJS.Timeout[] = []
  const watchers = new Set<string>()
  const guarded = (act: () => void) => { try { act() } catch (error) { log.error('glasses-step-failed', error) } }

  const socket = createVisionSocket({
    clock, takesWordInQuery: () => settings.get().takesWordInQuery, admit: devices.admit,
    begin(opened, device, headers) {
      const id = newRowId()
      const stream: LiveStream = {
        id, deviceId: device.id, deviceName: device.name, wearer: device.wearerName, startedAt: clock.iso(), messages: 0, frames: 0, bytes: 0, refused: 0, lastFrame: null, lastFrameMs: null,
        captioningSinceMs: null, lastCaption: null, lastCaptionAt: null, isMock: false, error: null, endedMs: null, end: (code, reason) => { opened.close(code, reason) }, renew: () => undefined
      }
      streams.add(stream)
      serveConnection(opened, stream, {
        clock, log, streams, options: { chunkMs: config.chunkSeconds * 1000, maxFrames: config.maxBufferFrames, prompt: config.prompt },
        openSession: () => captions.open(headers), history: histories.of(device.id, streams.ofDevice(device.id).length > 1), seen: () => { devices.seen(device.id) }, keyFrame: (frame) => { keyFrames.offer(frame, device.id) },
        keep(chunk, result, index) {
          const window: CaptionUpload = {
            windowId: `${id}-${index}`, timestamp: clock.now().getTime(), chunkStartS: chunk.startS, chunkEndS: chunk.endS, caption: result.caption ?? '', latencyMs: Math.round(result.latencyMs), tokensGenerated: result.tokensGenerated
          }
          atomically(() => {
            const { isNew } = windows.addCaption(window, device.id, result.isMock)
            // What is made up goes nowhere.
            if (isNew && !result.isMock) sync.forwardCaption({ ...window, latencyMs: window.latencyMs ?? null, tokensGenerated: window.tokensGenerated ?? null }, 'system')
          })
          brought()
        }
      })
      return () => stream.messages
    }
  })

  const status = (): GlassesStatus => {
    const now = settings.get()
    const { isLoopOn, decider } = now
    return {
      lan: lan.state(), devices: devices.list(), streams: streams.list(), captions: captions.facts(),
      loop: { isOn: isLoopOn, decider, text: loopText(isLoopOn, decider), lastAt: interventions.lastAt() },
      settings: now, fixed: [...settings.fixed], poke: { hasKey: notices.hasKey(), place: notices.key.place(), url: notices.url }, hasWord: config.magicWord !== null, openNotices: interventions.open()
    }
  }

  return {
    lan, status, streams, keyFrames, devices, loop,
    /** Who watches whose picture is written down once for each stream. */
    watched(streamId: string, by: Principal): void {
      const key = `${by.id} ${streamId}`
      const stream = streams.get(streamId)
      if (stream === null || watchers.has(key)) return
      watchers.add(key)
      audit.record({ actor: by.id, actorName: by.name, action: 'glasses.watched', subject: stream.deviceId, detail: { stream: streamId } })
    },
    upgrade: (request: IncomingMessage, given: Duplex, head: Buffer) => { socket.upgrade(request, given, head) },
    async openPairing(request: PairingRequest, by: Principal): Promise<Pairing> {
      const { state, fingerprint, text, port } = lan.state()
      const [address] = lan.addresses()
      if (state !== 'on' || fingerprint === null) throw new AppError('not-configured', `Nothing can be paired: ${text.charAt(0).toLowerCase()}${text.slice(1)} Switch it on under Settings, Glasses.`)
      if (address === undefined) throw new AppError('not-configured', 'Nothing can be paired: this machine is on no network now.')
      const opened = devices.openPairing(request, by)
      const link = pairingLink({ host: address, port, fingerprint, code: opened.code })
      return { ...opened, link, qrSvg: await qrSvg(link) }
    },
    pair(given: Readonly<{ code: string, name: string }>, peer: string): Paired {
      const { device, token } = devices.pair(given, peer)
      return { deviceId: device.id, token, streamPath: '/vision/stream', fingerprint: lan.state().fingerprint ?? '', wearer: device.wearerName, maxFrameBytes, chunkSeconds: config.chunkSeconds }
    },
    takesWordInQuery: (): boolean => settings.get().takesWordInQuery,
    addCaption(upload: CaptionUpload, device: DeviceRow | null): WindowStored {
      const { storedAt, isNew } = windows.addCaption(upload, device?.id ?? null)
      if (isNew) brought()
      return { success: true, windowId: upload.windowId, storedAt }
    },
    addBiometric(upload: BiometricUpload, device: DeviceRow | null): WindowStored {
      const { storedAt, isNew } = windows.addBiometric(upload, device?.id ?? null)
      if (isNew) brought()
      return { success: true, windowId: upload.windowId, storedAt }
    },
    timeline({ deviceId, minutes, only }: z.output<typeof TimelineQuery>): GlassesTimeline {
      const now = clock.now().getTime()
      const from = new Date(now - minutes * 60_000).toISOString()
      const to = new Date(now + 1).toISOString()
      const span = { from, to, deviceId, limit: mostTimelineRows + 1 }
      const isAll = only === undefined
      const found = { captions: isAll ? windows.captions(span) : [], biometrics: isAll ? windows.biometrics(span) : [], interventions: interventions.between(from, to, deviceId, mostTimelineRows + 1) }
      const more = Object.values(found).some((rows) => rows.length > mostTimelineRows)
      return { from, to, captions: found.captions.slice(-mostTimelineRows), biometrics: found.biometrics.slice(-mostTimelineRows), interventions: found.interventions.slice(-mostTimelineRows), more }
    },
    changeSettings(patch: GlassesSettingsPatch, by: Principal): GlassesStatus {
      atomically(() => {
        settings.change(patch)
        audit.record({ actor: by.id, actorName: by.name, action: 'glasses.settings', subject: 'glasses', detail: { changed: Object.keys(patch) } })
      })
      lan.wished()
      if (patch.captions !== undefined) streams.renew()
      changed()
      return status()
    },
    poke: {
      setKey(key: string, by: Principal): void {
        notices.key.set(key)
        audit.record({ actor: by.id, actorName: by.name, action: 'poke.key', subject: 'poke', detail: { place: notices.key.place() } })
        changed()
      },
      forgetKey(by: Principal): void {
        notices.key.forget()
        audit.record({ actor: by.id, actorName: by.name, action: 'poke.key-forgotten', subject: 'poke' })
        changed()
      },
      /** `given`: from the header of the request. Throws AppError 'not-configured' where there is no key, PokeRefused where Poke does not take it. */
      async send(message: string, given: string | null, by: Principal): Promise<unknown> {
        const key = given ?? notices.key.current()
        if (key === null) throw new AppError('not-configured', 'There is no key of Poke: neither in x-poke-api-key nor in the settings.')
        audit.record({ actor: by.id, actorName: by.name, action: 'poke.send', subject: 'poke', detail: { characters: message.length } })
        return notices.send(key, message)
      }
    },
    /** The port is closed: what streams over it ends. */
    endStreams(): void { for (const { id } of streams.list()) { const stream = streams.get(id); if (stream?.endedMs === null) stream.end(1001, 'The workstation takes no streams now.') } },
    start(): void {
      if (timers.length > 0) return
      loop.start()
      timers.push(setInterval(() => { guarded(streams.tick); guarded(keyFrames.tick) }, 1000).unref())
    },
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer)
      socket.close()
      await loop.stop()
    }
  }
}

function loopText(isOn: boolean, decider: GlassesStatus['loop']['decider']): string {
  if (!isOn) return 'Nobody watches: the loop is switched off.'
  const also = decider === 'rules' ? '' : decider === 'local' ? ', then the reader of this workstation' : ', then a server over the network: captions and figures of the last minute leave this machine'
  return `Every minute, rules look at what came${also}.`
}
