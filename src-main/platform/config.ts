import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'

const port = z.coerce.number().int().min(0).max(65535)

const Settings = z.object({
  VIGIL_DATA_DIR: z.string().min(1).optional(),
  VIGIL_PORT: port.default(4870),
  VIGIL_LAN_PORT: port.default(4871),
  VIGIL_LAN: z.enum(['on', 'off']).default('off'),
  API_TOKEN: z.string().min(16).optional(),
  VIGIL_LOG: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  VIGIL_LOCK_MINUTES: z.coerce.number().min(1).max(240).default(10)
})

export type Config = Readonly<{
  dataDir: string, port: number, lanPort: number, isLanOn: boolean, apiToken: string | null,
  logLevel: 'debug' | 'info' | 'warn' | 'error', lockAfterS: number
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
    lockAfterS: overrides.lockAfterS ?? Math.round(values.VIGIL_LOCK_MINUTES * 60)
  })
}

/** Where each system keeps an application's data; the same folder for the window, the served app and the command line. */
export function defaultDataDir(environment: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Vigil')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Vigil')
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'vigil')
}
