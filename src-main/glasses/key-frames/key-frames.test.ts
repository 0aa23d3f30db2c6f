import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFolder, heldClock } from '../../../test/support/edge.ts'
import type { GlassesSettings } from '../../../src-shared/glasses.ts'
import { databaseFile, openDatabase, type Db } from '../../platform/database.ts'
import { createLog } from '../../platform/log.ts'
import { blurred, createKeyFrames } from './key-frames.ts'

const clock = heldClock()
let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
beforeEach(async () => { folder = await aFolder(); db = openDatabase({ file: databaseFile(folder.path) }) })
afterEach(async () => { db.close(); await folder.remove() })

/** A face as a drawing: eyes, nose, mouth, hair. */
const face = () => sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="504" height="896"><rect width="504" height="896" fill="#667"/><ellipse cx="252" cy="430" rx="130" ry="170" fill="#c99"/><circle cx="200" cy="400" r="14" fill="#123"/><circle cx="304" cy="400" r="14" fill="#123"/><path d="M200 500 q52 40 104 0" stroke="#822" stroke-width="12" fill="none"/></svg>')).jpeg().toBuffer()
const settings = (patch: Partial<GlassesSettings>) => ({ keyFrameSeconds: 10, keyFrameHours: 1, ...patch }) as GlassesSettings

describe('a key frame', () => {
  it('is blurred beyond recognition before it is kept: neither eyes nor mouth are left', async () => {
    const original = await face()
    const shaped = await sharp(original).greyscale().raw().toBuffer()
    const kept = await sharp(await blurred(original)).resize(504, 896, { fit: 'fill' }).greyscale().raw().toBuffer()
    const at = (pixels: Buffer, x: number, y: number) => pixels[y * 504 + x] ?? 0
    expect(Math.abs(at(shaped, 200, 400) - at(shaped, 252, 380))).toBeGreaterThan(80)
    expect(Math.abs(at(kept, 200, 400) - at(kept, 252, 380))).toBeLessThan(30)
    expect((await sharp(await blurred(original)).metadata()).height).toBeLessThanOrEqual(504)
  })

  it('is kept only where the site said so, once in its time, and is gone when its time is up', async () => {
    let patch: Partial<GlassesSettings> = { keyFrameSeconds: 0 }
    const frames = createKeyFrames({ db, clock, log: createLog(() => undefined), settings: () => settings(patch) })
    const list = () => frames.list('2000-01-01T00:00:00.000Z')
    const picture = await face()
    frames.offer(picture, 'd')
    await new Promise((done) => { setTimeout(done, 100) })
    expect(list()).toEqual([])
    patch = {}
    clock.advance(2)
    for (let n = 0; n < 20; n++) { frames.offer(picture, 'd'); clock.advance(1) }
    await expect.poll(() => list().length).toBe(2)
    const id = list()[0]?.id ?? ''
    expect(frames.jpeg(id)?.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
    clock.advance(3601)
    expect([list(), frames.jpeg(id)]).toEqual([[], null])
    frames.tick()
    expect(db.sqlite.prepare('select count(*) n from key_frames').get()).toEqual({ n: 0 })
  })
})
