import sharp from 'sharp'
import type { GlassesSettings } from '../../../src-shared/glasses.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import { createKeyFrameStore } from './store.ts'

export type KeyFramesDeps = Readonly<{ db: Db, clock: Clock, log: Log, settings: () => GlassesSettings }>

/** The whole picture is brought down to so few points that no face, name or screen in it can be made out: nothing has to be found first, so nothing can be missed. */
const keptPoints = 12
const shownPx = 504
const maxPixels = 40_000_000
const cleanEveryMs = 60_000

/** Pictures that stay, where the site switched that on: one now and then for each device, blurred before a byte is written, gone when their time is up. */
export function createKeyFrames({ db, clock, log, settings }: KeyFramesDeps) {
  const store = createKeyFrameStore(db, clock)
  const lastMs = new Map<string, number>()
  let wish = { seconds: 0, hours: 1, atMs: Number.NEGATIVE_INFINITY }
  let cleanedMs = Number.NEGATIVE_INFINITY

  const keep = async (frame: Buffer, deviceId: string, hours: number) => {
    try {
      const jpeg = await blurred(frame)
      // Switched off meanwhile.
      if (settings().keyFrameSeconds === 0) return
      store.add(deviceId, jpeg, hours)
    } catch (error) { log.warn('key-frame-not-kept', { reason: error instanceof Error ? error.name : '' }) }
  }
  return {
    /** Called for each frame: it costs nothing while nothing is kept. */
    offer(frame: Buffer, deviceId: string): void {
      const nowMs = clock.monotonicMs()
      if (nowMs - wish.atMs >= 1000) {
        const { keyFrameSeconds, keyFrameHours } = settings()
        wish = { seconds: keyFrameSeconds, hours: keyFrameHours, atMs: nowMs }
      }
      if (wish.seconds === 0 || nowMs - (lastMs.get(deviceId) ?? Number.NEGATIVE_INFINITY) < wish.seconds * 1000) return
      lastMs.set(deviceId, nowMs)
      void keep(frame, deviceId, wish.hours)
    },
    list: store.list, jpeg: store.jpeg,
    tick(): void {
      if (clock.monotonicMs() - cleanedMs < cleanEveryMs) return
      cleanedMs = clock.monotonicMs()
      store.clean()
    }
  }
}

export async function blurred(frame: Buffer): Promise<Buffer> {
  const few = await sharp(frame, { limitInputPixels: maxPixels, failOn: 'error' }).flatten().resize(keptPoints, keptPoints, { fit: 'inside' }).png().toBuffer()
  return sharp(few).resize(shownPx, shownPx, { fit: 'inside', kernel: 'cubic' }).jpeg({ quality: 60 }).toBuffer()
}
