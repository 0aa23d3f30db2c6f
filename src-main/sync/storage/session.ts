import { z } from 'zod'

/** An upload under way: its address is also its credential, so that it is kept in the database and never logged. */
export const StorageSession = z.object({ name: z.string(), uri: z.url(), crc32c: z.string() })
export type StorageSession = z.infer<typeof StorageSession>
