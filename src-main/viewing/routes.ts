import { Hono } from 'hono'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { RowId, StudyUid } from '../../src-shared/ids.ts'
import { HangingProtocolWrite, KeyImageWrite, ViewerPreferences } from '../../src-shared/viewing.ts'
import { parseJson, parseParam, parseQuery, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Viewing } from './index.ts'

const Seen = z.object({ revision: z.coerce.number().int().nonnegative() })
const people = ['clinician', 'admin', 'assistant'] as const

/** Key images, priors, hanging protocols and keys, under `/api`. For people only: a script has no screen. */
export function createViewingRoutes(room: Viewing): Hono<HttpEnv> {
  return new Hono<HttpEnv>().basePath('/api').route('/', keyImageRoutes(room)).route('/', ownRoutes(room))
}

function keyImageRoutes(room: Viewing): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get('/studies/:studyUid/key-images', (c) => {
      requireRole(c, ...people)
      return c.json({ keyImages: room.keyImages.list(parseParam(c, 'studyUid', StudyUid)) })
    })
    .put('/key-images/:id', async (c) => {
      const by = requireRole(c, ...people)
      return c.json(room.keyImages.write(sameId(await parseJson(c, KeyImageWrite), parseParam(c, 'id', RowId)), by))
    })
    .delete('/key-images/:id', (c) => {
      room.keyImages.remove(parseParam(c, 'id', RowId), parseQuery(c, Seen).revision, requireRole(c, ...people))
      return c.body(null, 204)
    })
    .get('/studies/:studyUid/priors', (c) => {
      requireRole(c, ...people)
      return c.json({ priors: room.priorsOf(parseParam(c, 'studyUid', StudyUid)) })
    })
}

/** What belongs to the one who asks. */
function ownRoutes(room: Viewing): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get('/hanging-protocols', (c) => c.json({ protocols: room.protocols.list(requireRole(c, ...people)) }))
    .put('/hanging-protocols/:id', async (c) => {
      const by = requireRole(c, ...people)
      return c.json(room.protocols.write(sameId(await parseJson(c, HangingProtocolWrite), parseParam(c, 'id', RowId)), by))
    })
    .delete('/hanging-protocols/:id', (c) => {
      room.protocols.remove(parseParam(c, 'id', RowId), parseQuery(c, Seen).revision, requireRole(c, ...people))
      return c.body(null, 204)
    })
    .get('/viewer-preferences', (c) => c.json(room.preferences.of(requireRole(c, ...people))))
    .put('/viewer-preferences', async (c) => {
      const by = requireRole(c, ...people)
      return c.json(room.preferences.write(await parseJson(c, ViewerPreferences), by))
    })
}

function sameId<T extends Readonly<{ id: string }>>(write: T, id: string): T {
  if (write.id !== id) throw new AppError('invalid-request', 'The body names another id than the address.', { field: 'id' })
  return write
}
