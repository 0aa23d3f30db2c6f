import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors.ts'
import type { SyncConfig } from '../platform/config.ts'
import { createCloudAuth, type CloudAuth } from './storage/auth.ts'
import { createCloudStorage } from './storage/cloud.ts'
import { createHttpClient } from './storage/http.ts'
import type { Limit } from './storage/limit.ts'
import { createLocalStorage } from './storage/local.ts'
import type { Storage } from './storage/types.ts'
import type { StorageFacts } from './status.ts'

export type Place = Readonly<{
  /** Where copies go; null where nothing is set up for them. */
  copies: Storage | null
  /** Where other programs put what they bring: the bucket, or a folder of this machine. */
  inbox: Storage
  auth: CloudAuth
  facts: StorageFacts
}>

/** By `STORAGE_MODE`: `gcs` needs a bucket; `auto` takes one if it is named, else the folder; a folder of the data folder's own disk is no place for copies. */
export function createPlace({ config, dataDir, limit, auth, stallMs }: Readonly<{ config: SyncConfig, dataDir: string, limit: Limit, auth: CloudAuth | undefined, stallMs: number | undefined }>): Place {
  const { storageMode, bucket, prefix, storageUrl, localStorageRoot } = config
  if (storageMode === 'gcs' && bucket === null) throw new AppError('not-configured', 'STORAGE_MODE is gcs and GCS_BUCKET names no bucket. Set it, or set STORAGE_MODE to auto.')
  const cloudAuth = auth ?? createCloudAuth({ isOptional: !new URL(storageUrl).hostname.endsWith('googleapis.com') })
  if (bucket !== null && storageMode !== 'local') {
    const storage = createCloudStorage({ url: storageUrl, bucket, auth: cloudAuth, http: createHttpClient(stallMs === undefined ? {} : { stallMs }), limit })
    return { copies: storage, inbox: storage, auth: cloudAuth, facts: { mode: 'gcs', place: bucket, prefix, text: `Copies go to the bucket ${bucket}, below ${prefix === '' ? 'its root' : prefix}.` } }
  }
  if (localStorageRoot !== null) {
    const storage = createLocalStorage({ root: localStorageRoot, limit })
    return { copies: storage, inbox: storage, auth: cloudAuth, facts: { mode: 'local', place: localStorageRoot, prefix, text: `Copies go to the folder ${localStorageRoot} (LOCAL_STORAGE_ROOT).` } }
  }
  const root = join(dataDir, 'storage')
  mkdirSync(root, { recursive: true, mode: 0o700 })
  return { copies: null, inbox: createLocalStorage({ root, limit }), auth: cloudAuth, facts: { mode: 'off', place: '', prefix, text: 'No place for copies is set up. Set GCS_BUCKET for a bucket, or LOCAL_STORAGE_ROOT for a folder on another disk, and start again.' } }
}
