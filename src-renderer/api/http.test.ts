import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { isSessionFailure, isWorthRetrying, messageOf, UnreachableError } from './failures.ts'
import { createHttp } from './http.ts'

const answering = (body: string, status = 200) => createHttp({ fetch: () => Promise.resolve(new Response(body, { status })) })
const Shape = z.object({ count: z.int() })

describe('the client of the edge', () => {
  it('gives what the schema says', async () => { expect(await answering('{"count":3}').get('/x', Shape)).toEqual({ count: 3 }) })
  it('throws the edge’s own refusal with its code and sentence', async () => {
    const refused = answering(JSON.stringify({ error: { code: 'stale-revision', message: 'Changed since you saw it.', field: 'revision' } }), 409).get('/x', Shape)
    await expect(refused).rejects.toMatchObject({ name: 'AppError', code: 'stale-revision', message: 'Changed since you saw it.', field: 'revision' })
  })
  it('refuses an answer of another shape, naming the place', async () => { await expect(answering('{"count":"3"}').get('/x', Shape)).rejects.toThrow(/count/) })
  it('refuses an answer that is no JSON', async () => { await expect(answering('<html>').get('/x', Shape)).rejects.toBeInstanceOf(AppError) })
  it('calls silence, and a failure without a reason, unreachable', async () => {
    const silent = createHttp({ fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
    await expect(silent.get('/x', Shape)).rejects.toBeInstanceOf(UnreachableError)
    await expect(answering('bad gateway', 502).get('/x', Shape)).rejects.toBeInstanceOf(UnreachableError)
  })
  it('lets a cancelled request end as cancelled', async () => {
    const stop = new AbortController()
    stop.abort(new Error('left'))
    const cancelled = createHttp({ fetch: () => Promise.reject(new Error('left')) })
    await expect(cancelled.get('/x', Shape, stop.signal)).rejects.toThrow('left')
  })
})

describe('failures', () => {
  it('send to the door where nobody is signed in or the session is locked, and only then', () => {
    expect([new AppError('locked', ''), new AppError('not-signed-in', ''), new AppError('not-allowed', '')].map(isSessionFailure)).toEqual([true, true, false])
  })
  it('are tried again by themselves only for silence, three times', () => {
    const silence = new UnreachableError(null)
    expect([isWorthRetrying(2, silence), isWorthRetrying(3, silence), isWorthRetrying(0, new AppError('busy', ''))]).toEqual([true, false, false])
  })
  it('have a sentence whatever was thrown', () => { expect([messageOf(new AppError('busy', 'Wait.')), messageOf('x')]).toEqual(['Wait.', 'The window failed at this step and gave no reason.']) })
})
