import type { BlobColumn } from './platform/backup/backup-store.ts'

/** Every column of a room that names a stored file. What is not here would be left out of backups and taken for unused by a check. */
export const blobColumns: readonly BlobColumn[] = [
  { table: 'instances', hash: 'sha256', bytes: 'bytes', what: 'images' },
  { table: 'instance_conflicts', hash: 'sha256', bytes: null, what: 'files kept aside' },
  { table: 'series', hash: 'thumbnail_sha256', bytes: null, what: 'small pictures' },
  { table: 'upload_tickets', hash: 'sha256', bytes: 'bytes', what: 'uploads' }
]
