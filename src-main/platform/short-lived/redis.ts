import { Redis } from 'ioredis'
import { AppError } from '../../../src-shared/errors.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Place, ShortLived } from './types.ts'

export type RedisOptions = Readonly<{ url: string, prefix?: string, clock: Clock, log: Log }>

const answerWithinMs = 2000
const redisSilent = 'The shared store (REDIS_URL) does not answer. Nothing is lost: what is planned waits until it is back.'

/** Atomic in the server: of two workstations, one gets the last place. Answers -1, or when the oldest place was taken. */
const reserveScript = `
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
  if redis.call('ZSCORE', KEYS[1], ARGV[3]) then return '-1' end
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] end
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return '-1'`
const countScript = `
  local n = redis.call('INCR', KEYS[1])
  if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return n`

/** In a Redis that several workstations share. Commands fail at once while it is away, so that a sign-in says so and does not hang. */
export function createRedisShortLived({ url, prefix = 'vigil:', clock, log }: RedisOptions): ShortLived {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, connectTimeout: answerWithinMs, commandTimeout: answerWithinMs, retryStrategy: (times) => Math.min(2000, 100 * times) })
  let isThere = false
  redis.on('ready', () => { isThere = true; log.info('redis-ready') })
  redis.on('close', () => { if (isThere) log.warn('redis-away'); isThere = false })
  // Each failed try to connect; the state above says it once.
  redis.on('error', () => undefined)
  /** A store that has just been opened gets the time to connect. */
  const ready = async (): Promise<void> => {
    if (isThere) return
    if (redis.status !== 'connecting' && redis.status !== 'connect') throw new AppError('busy', redisSilent)
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(() => { fail(new AppError('busy', redisSilent)) }, answerWithinMs)
      const settle = (act: () => void) => () => { clearTimeout(timer); redis.off('ready', onReady); redis.off('close', onClose); act() }
      const onReady = settle(done)
      const onClose = settle(() => { fail(new AppError('busy', redisSilent)) })
      redis.once('ready', onReady)
      redis.once('close', onClose)
    })
  }
  const ask = async <T>(act: () => Promise<T>): Promise<T> => {
    await ready()
    try {
      return await act()
    } catch (error) {
      throw new AppError('busy', redisSilent, { cause: error })
    }
  }
  const named = (key: string) => `${prefix}${key}`
  return {
    kind: 'redis', whyNot: () => (isThere ? null : redisSilent),
    get: (key) => ask(() => redis.get(named(key))),
    set: async (key, value, ttlMs) => { await ask(() => redis.set(named(key), value, 'PX', Math.ceil(ttlMs))) },
    take: (key) => ask(() => redis.getdel(named(key))),
    remove: async (key) => { await ask(() => redis.del(named(key))) },
    count: (key, ttlMs) => ask(async () => Number(await redis.eval(countScript, 1, named(key), Math.ceil(ttlMs)))),
    async reserve(key, member, { most, windowMs }): Promise<Place> {
      const nowMs = clock.now().getTime()
      const oldest = Number(await ask(() => redis.eval(reserveScript, 1, named(key), nowMs, windowMs, member, most)))
      return oldest < 0 ? { isFree: true } : { isFree: false, freeInMs: Math.max(1, oldest + windowMs - nowMs) }
    },
    release: async (key, member) => { await ask(() => redis.zrem(named(key), member)) },
    close: async () => { redis.disconnect() }
  }
}
