import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { RowId } from '../../src-shared/ids.ts'
import { AppError } from '../../src-shared/errors.ts'
import { FrameQuery, GlassesSettingsPatch, PairingRequest, PokeAnswer, PokeKeyRequest, PokeRequest, TimelineQuery } from '../../src-shared/glasses.ts'
import { parseJson, parseParam, parseQuery, principalOf, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Glasses } from './index.ts'
import { PokeRefused } from './poke/poke.ts'

const people = ['clinician', 'admin', 'assistant'] as const
const InterventionId = z.coerce.number().int().positive()

/** What people at the workstation do with glasses. */
export function createGlassesRoutes(glasses: Glasses): Hono<HttpEnv> {
  const { devices, loop, streams, keyFrames, poke } = glasses
  return new Hono<HttpEnv>()
    .get('/api/glasses', (c) => { requireRole(c, ...people); return c.json(glasses.status()) })
    .post('/api/glasses/pairings', async (c) => {
      const by = requireRole(c, ...people)
      return c.json(await glasses.openPairing(await parseJson(c, PairingRequest), by), 201)
    })
    .get('/api/glasses/pairings/:id', (c) => { requireRole(c, ...people); return c.json(devices.pairingState(parseParam(c, 'id', RowId))) })
    .delete('/api/glasses/pairings/:id', (c) => { requireRole(c, ...people); devices.endPairing(parseParam(c, 'id', RowId)); return c.body(null, 204) })
    .delete('/api/glasses/devices/:id', (c) => {
      devices.revoke(parseParam(c, 'id', RowId), requireRole(c, 'clinician', 'admin'))
      return c.json(glasses.status())
    })
    .get('/api/glasses/streams/:id/frame', async (c) => {
      const by = requireRole(c, ...people)
      const id = parseParam(c, 'id', RowId)
      glasses.watched(id, by)
      const found = await streams.frameAfter(id, parseQuery(c, FrameQuery).after, c.req.raw.signal)
      if (found === null) return c.body(null, 204)
      const type = found.bytes[0] === 0x89 ? 'image/png' : 'image/jpeg'
      return c.body(new Uint8Array(found.bytes), 200, { 'content-type': type, 'x-frame': String(found.frame), 'x-frame-age-ms': String(Math.round(found.ageMs)) })
    })
    .get('/api/glasses/timeline', (c) => { requireRole(c, ...people); return c.json(glasses.timeline(parseQuery(c, TimelineQuery))) })
    .get('/api/glasses/key-frames', (c) => {
      requireRole(c, ...people)
      return c.json({ keyFrames: keyFrames.list(glasses.timeline(parseQuery(c, TimelineQuery)).from) })
    })
    .get('/api/glasses/key-frames/:id', (c) => {
      requireRole(c, ...people)
      const jpeg = keyFrames.jpeg(parseParam(c, 'id', RowId))
      if (jpeg === null) throw new AppError('not-found', 'There is no such picture, or its time is up.')
      return c.body(new Uint8Array(jpeg), 200, { 'content-type': 'image/jpeg' })
    })
    .get('/api/interventions/:id', (c) => { requireRole(c, ...people); return c.json(loop.detail(parseParam(c, 'id', InterventionId))) })
    .post('/api/interventions/:id/replay', (c) => { requireRole(c, ...people); return c.json(loop.replay(parseParam(c, 'id', InterventionId))) })
    .post('/api/interventions/:id/seen', (c) => { const by = requireRole(c, ...people); return c.json(loop.seen(parseParam(c, 'id', InterventionId), by)) })
    .put('/api/glasses/settings', async (c) => { const by = requireRole(c, 'admin'); return c.json(glasses.changeSettings(await parseJson(c, GlassesSettingsPatch), by)) })
    .put('/api/glasses/poke-key', async (c) => { const by = requireRole(c, 'admin'); poke.setKey((await parseJson(c, PokeKeyRequest)).key, by); return c.json(glasses.status()) })
    .delete('/api/glasses/poke-key', (c) => { poke.forgetKey(requireRole(c, 'admin')); return c.json(glasses.status()) })
    .post('/poke/send', pokeSend(poke))
}

/** As the existing clients know it: 500 without a key, 502 where Poke does not take it, both with `detail`. */
export function pokeSend(poke: Glasses['poke']) {
  return async (c: Context<HttpEnv>) => {
    const by = principalOf(c)
    const { message } = await parseJson(c, PokeRequest)
    try {
      const data = await poke.send(message, c.req.header('x-poke-api-key') ?? null, by)
      return c.json(PokeAnswer.parse({ success: true, data, error: null }))
    } catch (error) {
      if (error instanceof PokeRefused) return c.json({ detail: error.message }, 502)
      if (error instanceof AppError && error.code === 'not-configured') return c.json({ detail: error.message }, 500)
      throw error
    }
  }
}
