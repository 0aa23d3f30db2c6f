import { sql } from 'drizzle-orm'
import { blob, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Codes that were shown on the screen: for two minutes and one use. Only their hash is kept. */
export const glassesPairings = sqliteTable('glasses_pairings', {
  id: text().primaryKey(),
  codeHash: text().notNull().unique(),
  wearerKind: text({ enum: ['patient', 'staff'] }).notNull(),
  wearerName: text().notNull(),
  patientId: text(),
  consentGivenBy: text({ enum: ['self', 'representative'] }).notNull(),
  consentHow: text({ enum: ['spoken', 'written', 'duty'] }).notNull(),
  createdBy: text().notNull(),
  createdByName: text().notNull(),
  createdAt: text().notNull(),
  expiresAt: text().notNull(),
  usedAt: text(),
  deviceId: text()
})

/** Cameras that may stream. `token_hash` is null for those that come with the shared word. */
export const glassesDevices = sqliteTable('glasses_devices', {
  id: text().primaryKey(),
  name: text().notNull(),
  kind: text({ enum: ['paired', 'shared-word'] }).notNull(),
  tokenHash: text().unique(),
  wearerKind: text({ enum: ['patient', 'staff'] }).notNull(),
  wearerName: text().notNull(),
  patientId: text(),
  pairedAt: text().notNull(),
  pairedBy: text().notNull(),
  lastSeenAt: text(),
  revokedAt: text(),
  revokedBy: text()
})

/** What was seen, a chunk a row. `window_id` is the same whenever the same window is meant. */
export const captionWindows = sqliteTable('caption_windows', {
  id: integer().primaryKey({ autoIncrement: true }),
  windowId: text().notNull().unique(),
  timestamp: real().notNull(),
  chunkStartS: real().notNull(),
  chunkEndS: real().notNull(),
  caption: text().notNull(),
  latencyMs: real(),
  tokensGenerated: integer(),
  createdAt: text().notNull(),
  deviceId: text(),
  isMock: integer({ mode: 'boolean' }).notNull().default(false)
}, (t) => [index('caption_windows_created').on(t.createdAt)])

export const biometricWindows = sqliteTable('biometric_windows', {
  id: integer().primaryKey({ autoIncrement: true }),
  windowId: text().notNull().unique(),
  timestamp: real().notNull(),
  durationMs: real().notNull(),
  /** JSON as it came. */
  features: text().notNull(),
  risk: text(),
  qualityScore: real().notNull().default(0),
  createdAt: text().notNull(),
  deviceId: text(),
  /** Whether the client said anything about the quality. */
  hasQuality: integer({ mode: 'boolean' }).notNull().default(false)
}, (t) => [index('biometric_windows_created').on(t.createdAt)])

/** Every decision of the loop, with what it was made from. */
export const interventions = sqliteTable('interventions', {
  id: integer().primaryKey({ autoIncrement: true }),
  decision: text({ enum: ['yes', 'no'] }).notNull(),
  reasoning: text().notNull(),
  biometricIds: text().notNull(),
  captionIds: text().notNull(),
  model: text().notNull(),
  promptTokens: integer(),
  completionTokens: integer(),
  createdAt: text().notNull(),
  pokeMessage: text(),
  pokeSentAt: text(),
  deviceId: text(),
  decider: text({ enum: ['rules', 'local', 'openai'] }).notNull(),
  message: text(),
  signals: text().notNull(),
  notice: text({ enum: ['none', 'shown', 'cool-down', 'quiet-hours'] }).notNull(),
  inputs: text().notNull(),
  seenBy: text(),
  seenAt: text()
}, (t) => [index('interventions_created').on(t.createdAt), index('interventions_open').on(t.id).where(sql`notice = 'shown' and seen_at is null`)])

/** Pictures that the site chose to keep: blurred before they are written, gone when their time is up. */
export const keyFrames = sqliteTable('key_frames', {
  id: text().primaryKey(),
  deviceId: text().notNull(),
  takenAt: text().notNull(),
  deleteAfter: text().notNull(),
  jpeg: blob({ mode: 'buffer' }).notNull()
}, (t) => [index('key_frames_delete').on(t.deleteAfter), index('key_frames_device').on(t.deviceId, t.takenAt)])
