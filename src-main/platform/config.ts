import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { CaptionSessionKind, DeciderKind, type CaptionSessionKind as CaptionSession, type DeciderKind as Decider } from '../../src-shared/glasses.ts'
import { Device, ReaderMode, type Device as DeviceName, type ReaderMode as Mode } from '../../src-shared/reading.ts'

const port = z.coerce.number().int().min(0).max(65535)

const Settings = z.object({
  VIGIL_DATA_DIR: z.string().min(1).optional(),
  VIGIL_PORT: port.default(4870),
  VIGIL_LAN_PORT: port.default(4871),
  VIGIL_LAN: z.enum(['on', 'off']).optional(),
  /** Names of the network interfaces that the LAN side listens on, with commas; all of them where it is not set. */
  VIGIL_LAN_INTERFACES: z.string().min(1).optional(),
  VIGIL_MDNS: z.enum(['on', 'off']).optional(),
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
  /** `on`: the word may also stand in the address of a request, for clients that can set no header. */
  MAGIC_WORD_IN_QUERY: z.enum(['on', 'off']).optional(),
  VISION_CHUNK_SECONDS: z.coerce.number().min(0.1).max(60).default(1),
  VISION_MAX_BUFFER_FRAMES: z.coerce.number().int().min(1).max(1000).default(120),
  VISION_PROMPT: z.string().trim().min(1).max(2000).default('In one short sentence in the present tense, say what the wearer is doing and what is around them.'),
  /** Who captions: the reader of this machine, a deployed class, the reader without history, or nobody. */
  VISION_SESSION: CaptionSessionKind.optional(),
  FORESIGHT_MODAL_TOKEN_ID: z.string().min(1).optional(),
  FORESIGHT_MODAL_TOKEN_SECRET: z.string().min(1).optional(),
  FORESIGHT_MODAL_APP_NAME: z.string().min(1).default('foresight-gemma3-vlm'),
  FORESIGHT_MODAL_CLASS_NAME: z.string().min(1).default('Gemma3VLMSession'),
  FORESIGHT_MODAL_ENVIRONMENT: z.string().min(1).optional(),
  MODAL_TOKEN_ID: z.string().min(1).optional(),
  MODAL_TOKEN_SECRET: z.string().min(1).optional(),
  INTERVENTION_DECIDER: DeciderKind.optional(),
  INTERVENTION_MODEL: z.string().min(1).default('gpt-4o-mini'),
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.openai.com/v1'),
  POKE_API_KEY: z.string().min(1).optional(),
  /** The whole address. Keys of the older generation go with `/api/v1/inbound-sms/webhook`. */
  POKE_URL: z.url({ protocol: /^https?$/ }).default('https://poke.com/api/v1/inbound/api-message'),
  NODE_ENV: z.string().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  JWT_SECRET: z.string().min(8).optional(),
  JWT_ALGORITHM: z.enum(['HS256', 'HS384', 'HS512']).default('HS256'),
  JWT_COOKIE_SECURE: z.enum(['true', 'false', '1', '0']).default('false'),
  JWT_EXPIRY_DAYS: z.coerce.number().min(0.01).max(90).default(30),
  OTP_LENGTH: z.coerce.number().int().min(6).max(10).default(6),
  /** Where patients open the portal, if a front end of the site stands before this workstation. */
  FRONTEND_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where providers reach this workstation from outside: a tunnel, a reverse proxy. Without it, they are asked instead. */
  PUBLIC_BASE_URL: z.url({ protocol: /^https$/ }).optional(),
  /** Addresses of proxies, with commas, that are believed when they say whom they speak for (X-Forwarded-For); one on this machine always is. */
  TRUSTED_PROXIES: z.string().min(1).optional(),
  MESSAGING_MODE: z.enum(['mock', 'live']).default('mock'),
  TELNYX_API_KEY: z.string().min(1).optional(),
  TELNYX_PUBLIC_KEY: z.string().min(1).optional(),
  TELNYX_MESSAGING_PROFILE_ID: z.string().min(1).optional(),
  TELNYX_PHONE_NUMBER: z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number with its country, as in +15550100001').optional(),
  TELNYX_SIP_CONNECTION_ID: z.string().min(1).optional(),
  TELNYX_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.telnyx.com/v2'),
  VAPI_API_KEY: z.string().min(1).optional(),
  VAPI_ASSISTANT_ID: z.string().min(1).optional(),
  VAPI_PHONE_NUMBER_ID: z.string().min(1).optional(),
  VAPI_WEBHOOK_SECRET: z.string().min(8).optional(),
  VAPI_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.vapi.ai'),
  HF_TOKEN: z.string().min(1).optional(),
  HF_ENDPOINT: z.url({ protocol: /^https?$/ }).default('https://huggingface.co')
})

export type SyncConfig = Readonly<{
  storageMode: 'auto' | 'gcs' | 'local', bucket: string | null, prefix: string, storageUrl: string, localStorageRoot: string | null
  /** Where captions are forwarded to; null: nowhere. */
  captions: Readonly<{ url: string, magicWord: string }> | null
}>

/** What the environment says of cameras on the LAN; null where it says nothing, and the screen decides. */
export type GlassesConfig = Readonly<{
  isLanOn: boolean | null, interfaces: readonly string[] | null, isAnnounced: boolean | null
  magicWord: string | null, takesWordInQuery: boolean | null
  chunkSeconds: number, maxBufferFrames: number, prompt: string, captions: CaptionSession | null
  modal: Readonly<{ tokenId: string | null, tokenSecret: string | null, appName: string, className: string, environment: string | null }>
  decider: Decider | null, openAi: Readonly<{ url: string, model: string, key: string | null }>
  poke: Readonly<{ url: string, key: string | null }>
}>

/** How patients are reached and let in. Secrets come from the environment alone. */
export type FollowupConfig = Readonly<{
  redisUrl: string | null
  jwt: Readonly<{ secret: string | null, algorithm: 'HS256' | 'HS384' | 'HS512', isCookieSecure: boolean, expiryDays: number }>
  otpLength: number, frontendUrl: string | null, publicUrl: string | null, trustedProxies: readonly string[], mode: 'mock' | 'live'
  telnyx: Readonly<{ apiKey: string | null, publicKey: string | null, profileId: string | null, number: string | null, sipConnectionId: string | null, url: string }>
  vapi: Readonly<{ apiKey: string | null, assistantId: string | null, phoneNumberId: string | null, webhookSecret: string | null, url: string }>
}>

/** The settings of the reader; null where neither environment nor flag says anything, and the screen decides. */
export type ReaderConfig = Readonly<{
  mode: Mode | null, device: DeviceName | null, modelPath: string | null, maxSlices: number | null, maxMinutes: number | null, idleMinutes: number
  vertex: Readonly<{ endpoint: string, project: string | null, location: string | null }> | null
  http: Readonly<{ url: string, model: string | null, key: string | null }> | null
  hub: Readonly<{ url: string, token: string | null }>
}>

export type Config = Readonly<{
  dataDir: string, port: number, lanPort: number, apiToken: string | null,
  logLevel: 'debug' | 'info' | 'warn' | 'error', lockAfterS: number
  reader: ReaderConfig, sync: SyncConfig, glasses: GlassesConfig, followup: FollowupConfig
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
    apiToken: overrides.apiToken ?? values.API_TOKEN ?? null,
    logLevel: overrides.logLevel ?? values.VIGIL_LOG,
    lockAfterS: overrides.lockAfterS ?? Math.round(values.VIGIL_LOCK_MINUTES * 60),
    reader: overrides.reader ?? readerConfig(values),
    sync: overrides.sync ?? syncConfig(values),
    glasses: overrides.glasses ?? glassesConfig(values),
    followup: overrides.followup ?? followupConfig(values)
  })
}

const switchOf = (value: 'on' | 'off' | undefined): boolean | null => (value === undefined ? null : value === 'on')

/** What the services before this one shipped as their default: known to everybody. */
const defaultSecret = 'dev-secret'

function followupConfig(values: z.output<typeof Settings>): FollowupConfig {
  const isProduction = values.NODE_ENV === 'production' || values.MESSAGING_MODE === 'live'
  const secret = values.JWT_SECRET ?? null
  if (isProduction && (secret === null || secret === defaultSecret)) throw new AppError('not-configured', 'The setting JWT_SECRET must be a secret of your own before patients sign in: set it to at least 32 random characters.')
  if (isProduction && secret !== null && secret.length < 32) throw new AppError('not-configured', 'The setting JWT_SECRET is too short: set it to at least 32 random characters.')
  if (values.REDIS_URL !== undefined && secret === null) throw new AppError('not-configured', 'The setting JWT_SECRET is missing: workstations that share REDIS_URL must share it, too.')
  const bare = (url: string | undefined) => url?.replace(/\/+$/, '') ?? null
  return Object.freeze({
    redisUrl: values.REDIS_URL ?? null,
    jwt: { secret, algorithm: values.JWT_ALGORITHM, isCookieSecure: values.JWT_COOKIE_SECURE === 'true' || values.JWT_COOKIE_SECURE === '1', expiryDays: values.JWT_EXPIRY_DAYS },
    otpLength: values.OTP_LENGTH, frontendUrl: bare(values.FRONTEND_BASE_URL), publicUrl: bare(values.PUBLIC_BASE_URL), trustedProxies: values.TRUSTED_PROXIES?.split(',').map((one) => one.trim()).filter((one) => one !== '') ?? [], mode: values.MESSAGING_MODE,
    telnyx: { apiKey: values.TELNYX_API_KEY ?? null, publicKey: values.TELNYX_PUBLIC_KEY ?? null, profileId: values.TELNYX_MESSAGING_PROFILE_ID ?? null, number: values.TELNYX_PHONE_NUMBER ?? null, sipConnectionId: values.TELNYX_SIP_CONNECTION_ID ?? null, url: values.TELNYX_BASE_URL.replace(/\/+$/, '') },
    vapi: { apiKey: values.VAPI_API_KEY ?? null, assistantId: values.VAPI_ASSISTANT_ID ?? null, phoneNumberId: values.VAPI_PHONE_NUMBER_ID ?? null, webhookSecret: values.VAPI_WEBHOOK_SECRET ?? null, url: values.VAPI_BASE_URL.replace(/\/+$/, '') }
  })
}

function glassesConfig(values: z.output<typeof Settings>): GlassesConfig {
  return Object.freeze({
    isLanOn: switchOf(values.VIGIL_LAN), isAnnounced: switchOf(values.VIGIL_MDNS), takesWordInQuery: switchOf(values.MAGIC_WORD_IN_QUERY),
    interfaces: values.VIGIL_LAN_INTERFACES?.split(',').map((name) => name.trim()).filter((name) => name !== '') ?? null,
    magicWord: values.MAGIC_WORD ?? null,
    chunkSeconds: values.VISION_CHUNK_SECONDS, maxBufferFrames: values.VISION_MAX_BUFFER_FRAMES, prompt: values.VISION_PROMPT, captions: values.VISION_SESSION ?? null,
    modal: {
      tokenId: values.FORESIGHT_MODAL_TOKEN_ID ?? values.MODAL_TOKEN_ID ?? null, tokenSecret: values.FORESIGHT_MODAL_TOKEN_SECRET ?? values.MODAL_TOKEN_SECRET ?? null,
      appName: values.FORESIGHT_MODAL_APP_NAME, className: values.FORESIGHT_MODAL_CLASS_NAME, environment: values.FORESIGHT_MODAL_ENVIRONMENT ?? null
    },
    decider: values.INTERVENTION_DECIDER ?? null, openAi: { url: values.OPENAI_BASE_URL, model: values.INTERVENTION_MODEL, key: values.OPENAI_API_KEY ?? null },
    poke: { url: values.POKE_URL, key: values.POKE_API_KEY ?? null }
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
