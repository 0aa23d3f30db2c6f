import { z } from 'zod'
import { LocalHours } from './hours.ts'
import { Instant, RowId } from './ids.ts'

/** Who wears the glasses or stands before them: a patient, or somebody of the staff on duty. */
export const Wearer = z.object({
  kind: z.enum(['patient', 'staff']),
  name: z.string().trim().min(1).max(80),
  /** The patient's number in this institution, where it is a patient and it is known. */
  patientId: z.string().trim().min(1).max(64).nullable()
})
export type Wearer = z.infer<typeof Wearer>

/** Said before the first frame: who agreed to the camera, and how. */
export const CameraConsent = z.object({ givenBy: z.enum(['self', 'representative']), how: z.enum(['spoken', 'written', 'duty']) })
export type CameraConsent = z.infer<typeof CameraConsent>

/** `POST /api/glasses/pairings` */
export const PairingRequest = z.object({ wearer: Wearer, consent: CameraConsent })
export type PairingRequest = z.infer<typeof PairingRequest>

/** What the screen shows for two minutes. `code` and `link` are told once and are not kept. */
export const Pairing = z.object({
  id: RowId,
  /** Eight letters and digits, "K7QM-4XTD". */
  code: z.string(),
  /** Host, port, fingerprint and code: what the QR code says. */
  link: z.string(),
  /** The link as a QR code, an SVG of its own colours. */
  qrSvg: z.string(),
  expiresAt: Instant
})
export type Pairing = z.infer<typeof Pairing>
export const PairingState = z.object({ id: RowId, state: z.enum(['open', 'used', 'expired']), deviceName: z.string().nullable(), expiresAt: Instant })
export type PairingState = z.infer<typeof PairingState>

/** `POST /glasses/pair` on the LAN: a code for a token of the device's own. */
export const PairRequest = z.object({ code: z.string().min(1).max(40), name: z.string().trim().min(1).max(60) })
export const Paired = z.object({
  deviceId: RowId,
  /** Told once. Sent as `Authorization: Bearer`, or as the subprotocol `token.<token>` by what can set no header. */
  token: z.string(),
  streamPath: z.literal('/vision/stream'),
  /** SHA-256 of the workstation's public key, base64url: stays the same when the certificate is renewed. */
  fingerprint: z.string(),
  wearer: z.string(),
  maxFrameBytes: z.int(), chunkSeconds: z.number()
})
export type Paired = z.infer<typeof Paired>

export const GlassesDevice = z.object({
  id: RowId, name: z.string(), kind: z.enum(['paired', 'shared-word']),
  wearer: Wearer, consent: CameraConsent.extend({ recordedBy: z.string(), at: Instant }),
  pairedAt: Instant, pairedBy: z.string(), lastSeenAt: Instant.nullable(), revokedAt: Instant.nullable()
})
export type GlassesDevice = z.infer<typeof GlassesDevice>

/** One live connection, or one that ended in the last minute. */
export const GlassesStream = z.object({
  id: RowId, deviceId: RowId, deviceName: z.string(), wearer: z.string(),
  state: z.enum(['live', 'stalled', 'ended']),
  /** Of the last frame; null before the first. */
  frameAgeMs: z.number().nonnegative().nullable(),
  frames: z.int().nonnegative(), framesPerSecond: z.number().nonnegative(), bytesPerSecond: z.number().nonnegative(),
  startedAt: Instant,
  /** Of the caption that is being written; null where none is. */
  captioningMs: z.number().nonnegative().nullable(),
  lastCaption: z.string().nullable(), lastCaptionAt: Instant.nullable(), isMock: z.boolean(),
  /** What the last chunk met. */
  error: z.string().nullable(),
  /** Messages that were no frames. */
  refused: z.int().nonnegative()
})
export type GlassesStream = z.infer<typeof GlassesStream>

export const captionSessions = ['local', 'modal', 'legacy', 'none'] as const
export const CaptionSessionKind = z.enum(captionSessions)
export type CaptionSessionKind = z.infer<typeof CaptionSessionKind>
export const deciders = ['rules', 'local', 'openai'] as const
export const DeciderKind = z.enum(deciders)
export type DeciderKind = z.infer<typeof DeciderKind>

/** What a value must reach to count. `alarm` may act alone, `signal` only beside another. Defaults: the scores 3 and 2 of NEWS2 (Royal College of Physicians, 2017). */
export const RuleThresholds = z.object({
  heartRateAlarmAbove: z.number().min(60).max(250), heartRateSignalAbove: z.number().min(60).max(250),
  heartRateAlarmBelow: z.number().min(20).max(80), heartRateSignalBelow: z.number().min(20).max(80),
  oxygenAlarmBelow: z.number().min(50).max(100), oxygenSignalBelow: z.number().min(50).max(100),
  breathsAlarmAbove: z.number().min(10).max(80), breathsSignalAbove: z.number().min(10).max(80), breathsAlarmBelow: z.number().min(2).max(20),
  /** Share of full activity, below which somebody lies still. */
  stillBelow: z.number().min(0).max(1),
  /** A prediction of risk that counts as a signal; never as an alarm. */
  riskSignalAbove: z.number().min(0).max(1),
  /** Windows whose quality is known and lower do not count. */
  leastQuality: z.number().min(0).max(1)
})
export type RuleThresholds = z.infer<typeof RuleThresholds>

export const GlassesSettings = z.object({
  isLanOn: z.boolean(),
  /** Names of network interfaces; empty: all of them. */
  interfaces: z.array(z.string().min(1).max(64)).max(32),
  isAnnounced: z.boolean(),
  /** For clients that can set no header: the shared word in the address, where it ends up in logs. */
  takesWordInQuery: z.boolean(),
  captions: CaptionSessionKind,
  isLoopOn: z.boolean(), decider: DeciderKind, thresholds: RuleThresholds,
  cooldownMinutes: z.number().min(0).max(1440), quietHours: LocalHours.nullable(), alarmsBreakQuietHours: z.boolean(),
  /** Whether a notice is also sent out by Poke, as a fixed sentence. */
  sendsPoke: z.boolean(),
  /** A key frame now and then, blurred beyond recognition; 0 keeps none. */
  keyFrameSeconds: z.number().min(0).max(3600), keyFrameHours: z.number().min(1).max(720)
})
export type GlassesSettings = z.infer<typeof GlassesSettings>
export const GlassesSettingsPatch = GlassesSettings.partial()
export type GlassesSettingsPatch = z.infer<typeof GlassesSettingsPatch>

export const LanState = z.object({
  state: z.enum(['off', 'starting', 'on', 'failed']),
  /** A sentence: where it can be reached, or why not. */
  text: z.string(),
  port: z.int(), addresses: z.array(z.string()), interfaces: z.array(z.object({ name: z.string(), addresses: z.array(z.string()) })),
  /** SHA-256 of the public key, base64url; null before the first start. */
  fingerprint: z.string().nullable(),
  /** SHA-256 of the certificate as browsers show it, and its end. */
  certificate: z.object({ sha256: z.string(), validTo: Instant }).nullable(),
  isAnnounced: z.boolean()
})
export type LanState = z.infer<typeof LanState>

/** `GET /api/glasses` */
export const GlassesStatus = z.object({
  lan: LanState, devices: z.array(GlassesDevice), streams: z.array(GlassesStream),
  captions: z.object({
    chosen: CaptionSessionKind, session: CaptionSessionKind,
    /** Who captions, or why nobody does. */
    text: z.string(), isMock: z.boolean()
  }),
  loop: z.object({ isOn: z.boolean(), decider: DeciderKind, text: z.string(), lastAt: Instant.nullable() }),
  settings: GlassesSettings,
  /** Settings that the environment fixes. */
  fixed: z.array(GlassesSettings.keyof()),
  poke: z.object({ hasKey: z.boolean(), place: z.enum(['environment', 'memory', 'keychain', 'none']), url: z.string() }),
  hasWord: z.boolean(),
  /** Notices that nobody has seen yet. */
  openNotices: z.int().nonnegative()
})
export type GlassesStatus = z.infer<typeof GlassesStatus>

/** `POST /captions/upload`, as the existing clients send it. */
export const CaptionUpload = z.object({
  windowId: z.string().min(1).max(200), timestamp: z.number(), chunkStartS: z.number().nonnegative(), chunkEndS: z.number().nonnegative(), caption: z.string().max(4000),
  latencyMs: z.number().nonnegative().nullish(), tokensGenerated: z.int().nonnegative().nullish()
}).refine(({ chunkStartS, chunkEndS }) => chunkEndS >= chunkStartS, { path: ['chunkEndS'], message: 'the chunk ends before it starts' })
export type CaptionUpload = z.infer<typeof CaptionUpload>

/** `POST /biometrics/upload`: what is not named here is a feature and kept as it came. */
export const BiometricUpload = z.looseObject({
  windowId: z.string().min(1).max(200), timestamp: z.number(), durationMs: z.number().nonnegative(),
  qualityScore: z.number().min(0).max(1).nullish(), riskPrediction: z.json().optional()
})
export type BiometricUpload = z.infer<typeof BiometricUpload>
export const WindowStored = z.object({ success: z.literal(true), windowId: z.string(), storedAt: z.int() })
export type WindowStored = z.infer<typeof WindowStored>

export const CaptionRow = z.object({
  id: z.int(), windowId: z.string(), deviceId: RowId.nullable(), timestamp: z.number(), chunkStartS: z.number(), chunkEndS: z.number(), caption: z.string(),
  latencyMs: z.number().nullable(), tokensGenerated: z.number().nullable(), isMock: z.boolean(), createdAt: Instant
})
export type CaptionRow = z.infer<typeof CaptionRow>
/** `vitals`: what was found in the features under names that are known, in the units per minute, per cent and share. */
export const BiometricRow = z.object({
  id: z.int(), windowId: z.string(), deviceId: RowId.nullable(), timestamp: z.number(), durationMs: z.number(), qualityScore: z.number().nullable(),
  vitals: z.object({ heartRate: z.number().nullable(), oxygen: z.number().nullable(), breaths: z.number().nullable(), activity: z.number().nullable(), risk: z.number().nullable() }),
  createdAt: Instant
})
export type BiometricRow = z.infer<typeof BiometricRow>

export const ruleSources = ['heart-rate', 'oxygen', 'breaths', 'stillness', 'risk', 'caption', 'reader'] as const
/** One reason to look. Two that come from the same place count once. */
export const RuleSignal = z.object({ rule: z.string(), source: z.enum(ruleSources), level: z.enum(['alarm', 'signal']), text: z.string(), value: z.number().nullable() })
export type RuleSignal = z.infer<typeof RuleSignal>

export const Intervention = z.object({
  id: z.int(), deviceId: RowId.nullable(), wearer: z.string(), decision: z.enum(['yes', 'no']), reasoning: z.string(), message: z.string().nullable(),
  signals: z.array(RuleSignal), biometricIds: z.array(z.int()), captionIds: z.array(z.int()),
  decider: DeciderKind, model: z.string(), promptTokens: z.int().nullable(), completionTokens: z.int().nullable(),
  /** What became of a yes: shown here; held back by the cool-down or the quiet hours; none for a no. */
  notice: z.enum(['none', 'shown', 'cool-down', 'quiet-hours']),
  pokeMessage: z.string().nullable(), pokeSentAt: Instant.nullable(),
  seenBy: z.string().nullable(), seenAt: Instant.nullable(), createdAt: Instant
})
export type Intervention = z.infer<typeof Intervention>

/** Everything that a decision was made from, so that it can be made again. */
export const DecisionInputs = z.object({
  version: z.literal(1), at: Instant,
  captions: z.array(CaptionRow), biometrics: z.array(BiometricRow),
  past: z.array(z.object({ at: Instant, decision: z.enum(['yes', 'no']), notice: z.string() })),
  thresholds: RuleThresholds, cooldownMinutes: z.number(), quietHours: LocalHours.nullable(), alarmsBreakQuietHours: z.boolean(),
  /** Minutes after midnight by the clock of the place, which the quiet hours go by. */
  minuteOfDay: z.int().min(0).max(1439),
  /** What the reader said, where one was asked. */
  reader: z.object({ decision: z.enum(['yes', 'no']), reasoning: z.string(), message: z.string().nullable(), model: z.string(), promptTokens: z.int().nullable(), completionTokens: z.int().nullable() }).nullable(),
  /** Why it was not asked, or did not answer. */
  readerNote: z.string()
})
export type DecisionInputs = z.infer<typeof DecisionInputs>
export const InterventionDetail = z.object({ intervention: Intervention, inputs: DecisionInputs })
export type InterventionDetail = z.infer<typeof InterventionDetail>
export const Replay = z.object({ isSame: z.boolean(), decision: z.enum(['yes', 'no']), notice: Intervention.shape.notice, signals: z.array(RuleSignal) })
export type Replay = z.infer<typeof Replay>

export const TimelineQuery = z.object({ deviceId: RowId.optional(), minutes: z.coerce.number().min(1).max(1440).default(30), only: z.enum(['interventions']).optional() })
/** `GET /api/glasses/timeline`, oldest first. `more`: the oldest of a long span were left out. */
export const GlassesTimeline = z.object({ from: Instant, to: Instant, captions: z.array(CaptionRow), biometrics: z.array(BiometricRow), interventions: z.array(Intervention), more: z.boolean() })
export type GlassesTimeline = z.infer<typeof GlassesTimeline>

export const FrameQuery = z.object({ after: z.coerce.number().int().nonnegative().default(0) })
export const PokeKeyRequest = z.object({ key: z.string().trim().min(8).max(400) })
/** `POST /poke/send` */
export const PokeRequest = z.object({ message: z.string().trim().min(1).max(2000) })
export const PokeAnswer = z.object({ success: z.literal(true), data: z.unknown(), error: z.null() })

/** A frame may not be larger; an existing client never comes near it. */
export const maxFrameBytes = 8 * 1024 * 1024
/** A stream without a frame for this long is called stalled. */
export const stalledAfterMs = 2000
