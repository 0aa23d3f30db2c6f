import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { Device, ReaderMode, type Device as DeviceName, type ReaderMode as Mode } from '../../src-shared/reading.ts'

const port = z.coerce.number().int().min(0).max(65535)

const Settings = z.object({
  VIGIL_DATA_DIR: z.string().min(1).optional(),
  VIGIL_PORT: port.default(4870),
  VIGIL_LAN_PORT: port.default(4871),
  VIGIL_LAN: z.enum(['on', 'off']).default('off'),
  API_TOKEN: z.string().min(16).optional(),
  VIGIL_LOG: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  VIGIL_LOCK_MINUTES: z.coerce.number().min(1).max(240).default(10),
  MEDGEMMA_MODE: ReaderMode.optional(),
  MEDGEMMA_DEVICE: Device.optional(),
  MEDGEMMA_MODEL_PATH: z.string().min(1).optional(),
  MEDGEMMA_MAX_SLICES: z.coerce.number().int().min(1).max(85).optional(),
  MEDGEMMA_MAX_MINUTES: z.coerce.number().min(0.5).max(120).optional(),
  MEDGEMMA_IDLE_MINUTES: z.coerce.number().min(0.05).max(1440).default(10),
  /** A whole address, `projects/…/endpoints/…`, or the id of an endpoint beside project and location. */
  MEDGEMMA_VERTEX_ENDPOINT: z.string().min(1).optional(),
  MEDGEMMA_VERTEX_PROJECT: z.string().min(1).optional(),
  MEDGEMMA_VERTEX_LOCATION: z.string().min(1).optional(),
  /** Base of an OpenAI-compatible server, `/v1` included. */
  MEDGEMMA_HTTP_URL: z.url({ protocol: /^https?$/ }).optional(),
  MEDGEMMA_HTTP_MODEL: z.string().min(1).optional(),
  MEDGEMMA_HTTP_KEY: z.string().min(1).optional(),
  STORAGE_MODE: z.enum(['auto', 'gcs', 'local']).default('auto'),
  GCS_BUCKET: z.string().min(3).max(222).optional(),
  GCS_PREFIX: z.string().regex(/^[A-Za-z0-9._/-]*$/, 'letters, digits, dots, hyphens and slashes').default('ct-uploads'),
  /** Another address of Cloud Storage: a private endpoint, an emulator. */
  GCS_ENDPOINT: z.url({ protocol: /^https?$/ }).default('https://storage.googleapis.com'),
  LOCAL_STORAGE_ROOT: z.string().min(1).optional(),
  WORKER_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  MAGIC_WORD: z.string().min(1).optional(),
  HF_TOKEN: z.string().min(1).optional(),
  HF_ENDPOINT: z.url({ protocol: /^https?$/ }).default('https://huggingface.co')
})

export type SyncConfig = Readonly<{
  storageMode: 'auto' | 'gcs' | 'local', bucket: string | null, prefix: string, storageUrl: string, localStorageRoot: string | null
  /** Where captions are forwarded to; null: nowhere. */
  captions: Readonly<{ url: string, magicWord: string }> | null
}>

/** The settings of the reader; null where neither environment nor flag says anything, and the screen decides. */
export type ReaderConfig = Readonly<{
  mode: Mode | null, device: DeviceName | null, modelPath: string | null, maxSlices: number | null, maxMinutes: number | null, idleMinutes: number
  vertex: Readonly<{ endpoint: string, project: string | null, location: string | null }> | null
  http: Readonly<{ url: string, model: string | null, key: string | null }> | null
  hub: Readonly<{ url: string, token: string | null }>
}>

export type Config = Readonly<{
  dataDir: string, port: number, lanPort: number, isLanOn: boolean, apiToken: string | null,
  logLevel: 'debug' | 'info' | 'warn' | 'error', lockAfterS: number
  reader: ReaderConfig, sync: SyncConfig
}>

/** Parses flags over environment once. A bad value stops the start and names the key, never the value. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>, overrides: Partial<Config> = {}): Config {
  const known = Object.fromEntries(Object.keys(Settings.shape).map((key) => [key, environment[key] === '' ? undefined : environment[key]]))
  const parsed = Settings.safeParse(known)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new AppError('not-configured', `The setting ${String(issue?.path[0] ?? '')} is not valid: ${issue?.message ?? 'unknown reason'}.`)
  }
  const values = parsed.data
  return Object.freeze({
    dataDir: resolve(overrides.dataDir ?? values.VIGIL_DATA_DIR ?? defaultDataDir(environment)),
    port: overrides.port ?? values.VIGIL_PORT,
    lanPort: overrides.lanPort ?? values.VIGIL_LAN_PORT,
    isLanOn: overrides.isLanOn ?? values.VIGIL_LAN === 'on',
    apiToken: overrides.apiToken ?? values.API_TOKEN ?? null,
    logLevel: overrides.logLevel ?? values.VIGIL_LOG,
    lockAfterS: overrides.lockAfterS ?? Math.round(values.VIGIL_LOCK_MINUTES * 60),
    reader: overrides.reader ?? readerConfig(values),
    sync: overrides.sync ?? syncConfig(values)
  })
}

function syncConfig(values: z.output<typeof Settings>): SyncConfig {
  const { WORKER_BASE_URL: url, MAGIC_WORD: magicWord } = values
  return Object.freeze({
    storageMode: values.STORAGE_MODE, bucket: values.GCS_BUCKET ?? null, prefix: values.GCS_PREFIX.replace(/^\/+|\/+$/g, ''), storageUrl: values.GCS_ENDPOINT,
    localStorageRoot: values.LOCAL_STORAGE_ROOT === undefined ? null : resolve(values.LOCAL_STORAGE_ROOT),
    captions: url === undefined || magicWord === undefined ? null : { url, magicWord }
  })
}

function readerConfig(values: z.output<typeof Settings>): ReaderConfig {
  const endpoint = values.MEDGEMMA_VERTEX_ENDPOINT
  return Object.freeze({
    mode: values.MEDGEMMA_MODE ?? null, device: values.MEDGEMMA_DEVICE ?? null,
    modelPath: values.MEDGEMMA_MODEL_PATH === undefined ? null : resolve(values.MEDGEMMA_MODEL_PATH),
    maxSlices: values.MEDGEMMA_MAX_SLICES ?? null, maxMinutes: values.MEDGEMMA_MAX_MINUTES ?? null, idleMinutes: values.MEDGEMMA_IDLE_MINUTES,
    vertex: endpoint === undefined ? null : { endpoint, project: values.MEDGEMMA_VERTEX_PROJECT ?? null, location: values.MEDGEMMA_VERTEX_LOCATION ?? null },
    http: values.MEDGEMMA_HTTP_URL === undefined ? null : { url: values.MEDGEMMA_HTTP_URL, model: values.MEDGEMMA_HTTP_MODEL ?? null, key: values.MEDGEMMA_HTTP_KEY ?? null },
    hub: { url: values.HF_ENDPOINT, token: values.HF_TOKEN ?? null }
  })
}

/** Where each system keeps an application's data; the same folder for the window, the served app and the command line. */
export function defaultDataDir(environment: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Vigil')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Vigil')
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'vigil')
}
