import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * One person as far as headers can tell. `identity` is made of id, issuer, name, birth date and sex together, so that two persons who
 * share an id are two rows; without an id it is the study's own, so that nobody is merged by accident.
 */
export const patients = sqliteTable('patients', {
  id: text().primaryKey(),
  identity: text().notNull().unique(),
  name: text().notNull(),
  patientId: text().notNull(),
  birthDate: text(),
  sex: text().notNull(),
  createdAt: text().notNull()
})

/** A study carries its patient's data as they were when it was made; `searchText` is what the worklist's search looks through. */
export const studies = sqliteTable('studies', {
  studyUid: text().primaryKey(),
  patientRow: text().notNull().references(() => patients.id),
  patientName: text().notNull(),
  patientId: text().notNull(),
  birthDate: text(),
  sex: text().notNull(),
  studyDate: text(),
  studyTime: text(),
  description: text().notNull(),
  accessionNumber: text().notNull(),
  bodyPart: text().notNull(),
  /** Distinct modalities, each between backslashes: `\CT\PT\`. */
  modalities: text().notNull(),
  seriesCount: integer().notNull().default(0),
  instanceCount: integer().notNull().default(0),
  warnings: integer().notNull().default(0),
  status: text({ enum: ['new', 'analysing', 'needs-review', 'signed', 'failed'] }).notNull().default('new'),
  progress: real(),
  findings: text().notNull().default(''),
  assignedTo: text(),
  searchText: text().notNull().default(''),
  importedAt: text().notNull()
}, (t) => [
  index('studies_imported').on(t.importedAt),
  index('studies_date').on(t.studyDate),
  index('studies_name').on(t.patientName),
  index('studies_status').on(t.status),
  index('studies_patient').on(t.patientRow)
])

/** `summary` is the StudySeries as JSON, computed from the instances; `isStale` says that instances came since. */
export const series = sqliteTable('series', {
  seriesUid: text().primaryKey(),
  studyUid: text().notNull().references(() => studies.studyUid),
  modality: text().notNull(),
  seriesNumber: integer(),
  summary: text(),
  isStale: integer({ mode: 'boolean' }).notNull().default(true),
  thumbnailSha256: text(),
  createdAt: text().notNull()
}, (t) => [index('series_study').on(t.studyUid), index('series_stale').on(t.isStale)])

/** `header` is the InstanceHeader as JSON; the file itself is the blob of that hash. */
export const instances = sqliteTable('instances', {
  sopInstanceUid: text().primaryKey(),
  seriesUid: text().notNull().references(() => series.seriesUid),
  sha256: text().notNull(),
  bytes: integer().notNull(),
  frameCount: integer().notNull(),
  header: text().notNull(),
  importId: text().notNull(),
  importedAt: text().notNull()
}, (t) => [index('instances_series').on(t.seriesUid), index('instances_sha').on(t.sha256)])

/** Files whose UID was already taken by other bytes: kept aside, never shown as the instance. */
export const conflicts = sqliteTable('instance_conflicts', {
  id: text().primaryKey(),
  sopInstanceUid: text().notNull(),
  sha256: text().notNull(),
  keptSha256: text().notNull(),
  importId: text().notNull(),
  path: text().notNull(),
  at: text().notNull()
}, (t) => [index('conflicts_instance').on(t.sopInstanceUid)])

/** One import as its progress is told; counts are those of the rows it committed. `pid` tells whose it is while it runs. */
export const imports = sqliteTable('imports', {
  id: text().primaryKey(),
  label: text().notNull(),
  actor: text().notNull(),
  state: text({ enum: ['receiving', 'running', 'done', 'cancelled', 'failed', 'interrupted'] }).notNull(),
  done: integer().notNull().default(0),
  total: integer(),
  bytesDone: integer().notNull().default(0),
  imported: integer().notNull().default(0),
  duplicates: integer().notNull().default(0),
  rejected: integer().notNull().default(0),
  message: text(),
  pid: integer().notNull(),
  startedAt: text().notNull(),
  finishedAt: text()
}, (t) => [index('imports_started').on(t.startedAt)])

/** Studies that an import touched. */
export const importStudies = sqliteTable('import_studies', {
  id: text().primaryKey(),
  importId: text().notNull().references(() => imports.id),
  studyUid: text().notNull()
}, (t) => [index('import_studies_import').on(t.importId)])

export const importRejections = sqliteTable('import_rejections', {
  id: text().primaryKey(),
  importId: text().notNull().references(() => imports.id),
  path: text().notNull(),
  code: text().notNull(),
  reason: text().notNull()
}, (t) => [index('import_rejections_import').on(t.importId)])

/** What stands for what in de-identified copies: kept, so that a result that comes back finds its study. Never leaves this machine. */
export const pseudonyms = sqliteTable('pseudonyms', {
  kind: text({ enum: ['uid', 'patient-id', 'date-shift'] }).notNull(),
  original: text().notNull(),
  substitute: text().notNull(),
  createdAt: text().notNull()
}, (t) => [primaryKey({ columns: [t.kind, t.original] }), index('pseudonyms_substitute').on(t.kind, t.substitute)])
