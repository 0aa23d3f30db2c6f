import type { BiometricRow, BiometricUpload, CaptionRow, CaptionUpload } from '../../../src-shared/glasses.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { vitalsOf } from './vitals.ts'

type CaptionColumns = Readonly<{ id: number, windowId: string, timestamp: number, chunkStartS: number, chunkEndS: number, caption: string, latencyMs: number | null, tokensGenerated: number | null, createdAt: string, deviceId: string | null, isMock: number }>
type BiometricColumns = Readonly<{ id: number, windowId: string, timestamp: number, durationMs: number, features: string, risk: string | null, qualityScore: number, hasQuality: number, createdAt: string, deviceId: string | null }>
export type Span = Readonly<{ from: string, to: string, deviceId: string | null | undefined, limit: number }>

const captionColumns = 'id, window_id windowId, timestamp, chunk_start_s chunkStartS, chunk_end_s chunkEndS, caption, latency_ms latencyMs, tokens_generated tokensGenerated, created_at createdAt, device_id deviceId, is_mock isMock'
const biometricColumns = 'id, window_id windowId, timestamp, duration_ms durationMs, features, risk, quality_score qualityScore, has_quality hasQuality, created_at createdAt, device_id deviceId'
/** `undefined`: of all devices; null: of none. */
const within = 'created_at >= ? and created_at < ? and (? or device_id is ?) order by id desc limit ?'

/** Windows of captions and biometrics. A window that is there already is left as it is, and called stored. */
export function createWindowStore({ sqlite }: Db, clock: Clock) {
  const insertCaption = sqlite.prepare('insert into caption_windows (window_id, timestamp, chunk_start_s, chunk_end_s, caption, latency_ms, tokens_generated, created_at, device_id, is_mock) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (window_id) do nothing')
  const insertBiometric = sqlite.prepare('insert into biometric_windows (window_id, timestamp, duration_ms, features, risk, quality_score, has_quality, created_at, device_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (window_id) do nothing')
  const storedAt = {
    caption: sqlite.prepare<[string], { createdAt: string }>('select created_at createdAt from caption_windows where window_id = ?'),
    biometric: sqlite.prepare<[string], { createdAt: string }>('select created_at createdAt from biometric_windows where window_id = ?')
  }
  const captions = sqlite.prepare<[string, string, number, string | null, number], CaptionColumns>(`select ${captionColumns} from caption_windows where ${within}`)
  const biometrics = sqlite.prepare<[string, string, number, string | null, number], BiometricColumns>(`select ${biometricColumns} from biometric_windows where ${within}`)
  const devices = sqlite.prepare<[string, string], { deviceId: string | null }>('select device_id deviceId from caption_windows where created_at >= ? union select device_id from biometric_windows where created_at >= ?')
  const ask = ({ from, to, deviceId, limit }: Span) => [from, to, deviceId === undefined ? 1 : 0, deviceId ?? null, limit] as const

  return {
    /** `isNew` is false for a repeat. `storedAt` of the row that is there, milliseconds. */
    addCaption(window: CaptionUpload, deviceId: string | null, isMock = false): Readonly<{ isNew: boolean, storedAt: number }> {
      const { changes } = insertCaption.run(window.windowId, window.timestamp, window.chunkStartS, window.chunkEndS, window.caption, window.latencyMs ?? null, window.tokensGenerated ?? null, clock.iso(), deviceId, isMock ? 1 : 0)
      return { isNew: changes === 1, storedAt: Date.parse(storedAt.caption.get(window.windowId)?.createdAt ?? clock.iso()) }
    },
    addBiometric({ windowId, timestamp, durationMs, qualityScore, riskPrediction, ...features }: BiometricUpload, deviceId: string | null): Readonly<{ isNew: boolean, storedAt: number }> {
      const { changes } = insertBiometric.run(windowId, timestamp, durationMs, JSON.stringify(features), riskPrediction === undefined ? null : JSON.stringify(riskPrediction), qualityScore ?? 0, qualityScore === undefined || qualityScore === null ? 0 : 1, clock.iso(), deviceId)
      return { isNew: changes === 1, storedAt: Date.parse(storedAt.biometric.get(windowId)?.createdAt ?? clock.iso()) }
    },
    /** Oldest first; of more than `limit`, the newest. */
    captions: (span: Span): CaptionRow[] => captions.all(...ask(span)).map((row) => ({ ...row, isMock: row.isMock === 1 })).toReversed(),
    biometrics: (span: Span): BiometricRow[] => biometrics.all(...ask(span)).map(biometricOf).toReversed(),
    /** Whose windows came since then; null stands for clients that are no device. */
    devicesSince: (from: string): (string | null)[] => devices.all(from, from).map(({ deviceId }) => deviceId)
  }
}
export type WindowStore = ReturnType<typeof createWindowStore>

function biometricOf({ features, risk, hasQuality, qualityScore, ...row }: BiometricColumns): BiometricRow {
  return { ...row, qualityScore: hasQuality === 1 ? qualityScore : null, vitals: vitalsOf(JSON.parse(features), risk === null ? null : JSON.parse(risk)) }
}
