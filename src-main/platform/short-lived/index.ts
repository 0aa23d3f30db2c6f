export { createRedisShortLived } from './redis.ts'
export { createSqliteShortLived } from './store.ts'
export type { Place, ShortLived } from './types.ts'
