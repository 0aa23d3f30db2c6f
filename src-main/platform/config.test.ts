import { isAbsolute, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultDataDir, parseConfig } from './config.ts'

describe('the configuration', () => {
  it('has defaults that need nothing set', () => {
    const config = parseConfig({})
    expect(config).toMatchObject({ port: 4870, lanPort: 4871, glasses: { isLanOn: null, magicWord: null, chunkSeconds: 1, maxBufferFrames: 120 }, apiToken: null, logLevel: 'info', lockAfterS: 600 })
    expect(isAbsolute(config.dataDir)).toBe(true)
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('takes the environment, and flags over it', () => {
    const environment = { VIGIL_DATA_DIR: 'somewhere', VIGIL_PORT: '5000', VIGIL_LAN: 'on', VIGIL_LAN_PORT: '5001', API_TOKEN: 'sixteen letters!', VIGIL_LOG: 'warn', VIGIL_LOCK_MINUTES: '2.5' }
    expect(parseConfig(environment)).toMatchObject({ dataDir: resolve('somewhere'), port: 5000, glasses: { isLanOn: true }, lanPort: 5001, apiToken: 'sixteen letters!', logLevel: 'warn', lockAfterS: 150 })
    expect(parseConfig(environment, { dataDir: 'elsewhere', port: 0 })).toMatchObject({ dataDir: resolve('elsewhere'), port: 0 })
  })

  it('reads what a site says of its reader and of what leaves, under the names of the services before this one', () => {
    const { reader, sync } = parseConfig({
      MEDGEMMA_MODE: 'vertex', MEDGEMMA_VERTEX_ENDPOINT: 'mg-endpoint-1', MEDGEMMA_VERTEX_PROJECT: 'p', MEDGEMMA_VERTEX_LOCATION: 'europe-west4', MEDGEMMA_HTTP_URL: 'http://127.0.0.1:8000/v1',
      MEDGEMMA_MODEL_PATH: 'weights', STORAGE_MODE: 'gcs', GCS_BUCKET: 'a-bucket', GCS_PREFIX: '/ct/in/', WORKER_BASE_URL: 'https://worker.example', MAGIC_WORD: 'please'
    })
    expect(reader).toMatchObject({ mode: 'vertex', vertex: { endpoint: 'mg-endpoint-1', project: 'p', location: 'europe-west4' }, http: { url: 'http://127.0.0.1:8000/v1', key: null }, modelPath: resolve('weights') })
    expect(sync).toEqual({ storageMode: 'gcs', bucket: 'a-bucket', prefix: 'ct/in', storageUrl: 'https://storage.googleapis.com', localStorageRoot: null, captions: { url: 'https://worker.example', magicWord: 'please' } })
  })

  it('sends nothing and asks no reader where nothing is set, and forwards no captions with half of what that needs', () => {
    const { reader, sync } = parseConfig({ WORKER_BASE_URL: 'https://worker.example' })
    expect(reader).toMatchObject({ mode: null, vertex: null, http: null, hub: { url: 'https://huggingface.co', token: null } })
    expect(sync).toMatchObject({ storageMode: 'auto', bucket: null, prefix: 'ct-uploads', captions: null })
  })

  it('counts what is set to nothing as not set', () => {
    expect(parseConfig({ VIGIL_PORT: '', API_TOKEN: '' })).toMatchObject({ port: 4870, apiToken: null })
  })

  it('refuses a start in production without a secret of the site’s own, and clinics that share a store without one', () => {
    const own = 'thirty-two letters of a secret, or more'
    for (const [environment, why] of [
      [{ NODE_ENV: 'production' }, 'JWT_SECRET'], [{ MESSAGING_MODE: 'live' }, 'JWT_SECRET'], [{ NODE_ENV: 'production', JWT_SECRET: 'dev-secret' }, 'of your own'], [{ MESSAGING_MODE: 'live', JWT_SECRET: 'too-short' }, 'too short'], [{ REDIS_URL: 'redis://localhost:6379/0' }, 'share']
    ] as const) expect(() => parseConfig(environment)).toThrow(why)
    expect(parseConfig({ NODE_ENV: 'production', JWT_SECRET: own, REDIS_URL: 'redis://localhost:6379/0' }).followup).toMatchObject({ redisUrl: 'redis://localhost:6379/0', jwt: { secret: own, algorithm: 'HS256', isCookieSecure: false, expiryDays: 30 }, otpLength: 6, mode: 'mock' })
    expect(parseConfig({ JWT_SECRET: 'dev-secret', JWT_COOKIE_SECURE: 'true', OTP_LENGTH: '8', FRONTEND_BASE_URL: 'http://localhost:3000/' }).followup).toMatchObject({ jwt: { isCookieSecure: true }, otpLength: 8, frontendUrl: 'http://localhost:3000' })
  })

  it.each([
    ['JWT_ALGORITHM', 'none'], ['OTP_LENGTH', '3'], ['REDIS_URL', 'http://secret'], ['MESSAGING_MODE', 'secret'], ['TELNYX_PHONE_NUMBER', '555-secret'], ['PUBLIC_BASE_URL', 'http://secret'], ['VIGIL_PORT', '70000'], ['VIGIL_PORT', 'secret-port'], ['VIGIL_PORT', '4870.5'], ['VIGIL_LAN', 'yes'], ['API_TOKEN', 'secret-tok'], ['VIGIL_LOG', 'secret'], ['VIGIL_LOCK_MINUTES', '0'],
    ['VIGIL_LOCK_MINUTES', '9999'], ['VIGIL_LAN_PORT', '-1'], ['MEDGEMMA_MODE', 'secret'], ['MEDGEMMA_HTTP_URL', 'secret words'], ['GCS_PREFIX', 'secret prefix'], ['WORKER_BASE_URL', 'ftp://secret']
  ])('stops the start for %s=%s and names the key, never the value', (key, value) => {
    let message = ''
    try { parseConfig({ [key]: value }) } catch (error) { message = error instanceof Error ? error.message : '' }
    expect(message).toContain(key)
    expect(message).not.toContain(value === '0' || value === '-1' ? 'secret' : value)
  })

  it('keeps the data where each system keeps it', () => {
    expect(defaultDataDir({ XDG_DATA_HOME: '/x' }, 'linux')).toBe(join('/x', 'vigil'))
    expect(defaultDataDir({}, 'linux')).toMatch(/\.local[\\/]share[\\/]vigil$/)
    expect(defaultDataDir({}, 'darwin')).toMatch(/Library[\\/]Application Support[\\/]Vigil$/)
    expect(defaultDataDir({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'Vigil'))
  })
})
