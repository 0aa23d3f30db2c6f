import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Who agreed to what, who wrote it down, when and how: only ever added to. */
export const consents = sqliteTable('consents', {
  id: text().primaryKey(),
  channel: text({ enum: ['sms', 'voice', 'portal', 'camera'] }).notNull(),
  state: text({ enum: ['given', 'withdrawn'] }).notNull(),
  deviceId: text(),
  personKind: text({ enum: ['patient', 'staff'] }).notNull(),
  personName: text().notNull(),
  patientId: text(),
  givenBy: text({ enum: ['self', 'representative'] }).notNull(),
  how: text({ enum: ['spoken', 'written', 'duty', 'text-message', 'call', 'portal', 'provider'] }).notNull(),
  recordedBy: text().notNull(),
  recordedByName: text().notNull(),
  at: text().notNull(),
  /** Row of the follow-up's patients; null for whoever wears a camera only. */
  followupPatientId: text()
}, (t) => [index('consents_device').on(t.deviceId), index('consents_patient').on(t.patientId, t.channel), index('consents_followup').on(t.followupPatientId, t.channel)])
