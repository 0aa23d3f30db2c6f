import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BiometricRow, CaptionRow, DecisionInputs } from '../../../src-shared/glasses.ts'
import { news2 } from '../settings.ts'
import { decide } from './decide.ts'
import { ruleSignals } from './rules.ts'

const at = '2026-03-02T10:00:00.000Z'
const none = { heartRate: null, oxygen: null, breaths: null, activity: null, risk: null }
const biometric = (vitals: Partial<BiometricRow['vitals']>, qualityScore: number | null = 0.9): BiometricRow => ({ id: 1, windowId: 'b', deviceId: null, timestamp: 0, durationMs: 60_000, qualityScore, vitals: { ...none, ...vitals }, createdAt: at })
const caption = (text: string, isMock = false): CaptionRow => ({ id: 1, windowId: 'c', deviceId: null, timestamp: 0, chunkStartS: 0, chunkEndS: 1, caption: text, latencyMs: null, tokensGenerated: null, isMock, createdAt: at })
const inputs = (given: Partial<DecisionInputs> = {}): DecisionInputs => ({
  version: 1, at, captions: [], biometrics: [], past: [], thresholds: news2, cooldownMinutes: 15, quietHours: null, alarmsBreakQuietHours: true, minuteOfDay: 600, reader: null, readerNote: '', ...given
})
const yes = { decision: 'yes' as const, reasoning: 'It looks bad.', message: 'Please look.', model: 'm', promptTokens: 1, completionTokens: 1 }
const rules = (given: Partial<DecisionInputs>) => ruleSignals(inputs(given)).map(({ rule }) => rule)

describe('the rules', () => {
  it.each([
    [{ heartRate: 131 }, 'heart-rate-very-high'], [{ heartRate: 130 }, 'heart-rate-high'], [{ heartRate: 111 }, 'heart-rate-high'], [{ heartRate: 40 }, 'heart-rate-very-low'], [{ heartRate: 50 }, 'heart-rate-low'],
    [{ oxygen: 91 }, 'oxygen-very-low'], [{ oxygen: 93 }, 'oxygen-low'], [{ breaths: 25 }, 'breaths-very-high'], [{ breaths: 21 }, 'breaths-high'], [{ breaths: 8 }, 'breaths-very-low'], [{ activity: 0.01 }, 'stillness'], [{ risk: 0.9 }, 'risk-prediction']
  ] as const)('find in %j: %s', (vitals, rule) => { expect(rules({ biometrics: [biometric(vitals)] })).toEqual([rule]) })

  it.each([{ heartRate: 51 }, { heartRate: 110 }, { oxygen: 94 }, { oxygen: 100 }, { breaths: 9 }, { breaths: 20 }, { activity: 0.02 }, { risk: 0.8 }])('find nothing in %j, which NEWS2 calls normal or nearly so', (vitals) => {
    expect(rules({ biometrics: [biometric(vitals)] })).toEqual([])
  })

  it('go by the median of the minute, and by no window whose quality is known and low', () => {
    expect(rules({ biometrics: [biometric({ heartRate: 190 }), biometric({ heartRate: 80 }), biometric({ heartRate: 82 })] })).toEqual([])
    expect(rules({ biometrics: [biometric({ heartRate: 190 }, 0.1)] })).toEqual([])
    expect(rules({ biometrics: [biometric({ heartRate: 190 }, null)] })).toEqual(['heart-rate-very-high'])
  })

  it('hear a fall in a caption, but not one that is denied, and none that is made up', () => {
    expect(rules({ captions: [caption('An old man has fallen in the corridor.')] })).toEqual(['caption-fall'])
    expect(rules({ captions: [caption('There is blood on the sheet.')] })).toEqual(['caption-harm'])
    expect(rules({ captions: [caption('The man has not fallen; there is no blood.')] })).toEqual([])
    expect(rules({ captions: [caption('A woman lies on the floor.', true)] })).toEqual([])
  })
})

describe('a decision', () => {
  it('is never made by captions and the reader alone', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('He fell.', 'Blood everywhere.', 'She is unconscious.', 'A quiet room.', 'seizure, choking, not breathing'), { maxLength: 8 }), fc.boolean(), (texts, isAsked) => {
      expect(decide(inputs({ captions: texts.map((text) => caption(text)), reader: isAsked ? yes : null })).decision).toBe('no')
    }))
  })

  it('is made by one alarm, or by two signals from different places, and the reader can take neither away', () => {
    const no = { ...yes, decision: 'no' as const }
    expect(decide(inputs({ biometrics: [biometric({ oxygen: 88 })], reader: no })).decision).toBe('yes')
    expect(decide(inputs({ biometrics: [biometric({ heartRate: 115 })], reader: no })).decision).toBe('no')
    expect(decide(inputs({ biometrics: [biometric({ heartRate: 115 })], captions: [caption('He fell.')], reader: no })).decision).toBe('yes')
    expect(decide(inputs({ biometrics: [biometric({ heartRate: 115 })], reader: yes })).decision).toBe('yes')
    expect(decide(inputs({ biometrics: [biometric({ heartRate: 115, activity: 0 })] })).decision).toBe('yes')
  })

  it('is held back within the cool-down of a notice, and in quiet hours unless it is an alarm', () => {
    const alarm = { biometrics: [biometric({ oxygen: 88 })] }
    const two = { biometrics: [biometric({ heartRate: 115, activity: 0 })] }
    const night = { quietHours: { from: '22:00', to: '06:00' }, minuteOfDay: 30 }
    expect(decide(inputs({ ...alarm, past: [{ at: '2026-03-02T09:46:00.000Z', decision: 'yes', notice: 'shown' }] })).notice).toBe('cool-down')
    expect(decide(inputs({ ...alarm, past: [{ at: '2026-03-02T09:44:00.000Z', decision: 'yes', notice: 'shown' }] })).notice).toBe('shown')
    expect(decide(inputs({ ...alarm, past: [{ at: '2026-03-02T09:59:00.000Z', decision: 'yes', notice: 'quiet-hours' }] })).notice).toBe('shown')
    expect([decide(inputs({ ...two, ...night })).notice, decide(inputs({ ...alarm, ...night })).notice, decide(inputs({ ...alarm, ...night, alarmsBreakQuietHours: false })).notice]).toEqual(['quiet-hours', 'shown', 'quiet-hours'])
    expect(decide(inputs({ ...two, ...night, minuteOfDay: 6 * 60 })).notice).toBe('shown')
  })

  it('is the same whenever it is made again from the same inputs, through JSON and back', () => {
    const vitals = fc.record({ heartRate: fc.option(fc.integer({ min: 10, max: 300 })), oxygen: fc.option(fc.integer({ min: 30, max: 100 })), breaths: fc.option(fc.integer({ min: 1, max: 99 })), activity: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), risk: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) })
    fc.assert(fc.property(fc.array(vitals, { maxLength: 6 }), fc.array(fc.string(), { maxLength: 4 }), fc.boolean(), (rows, texts, isAsked) => {
      const given = inputs({ biometrics: rows.map((one) => biometric(one)), captions: texts.map((text) => caption(text)), reader: isAsked ? yes : null })
      expect(decide(JSON.parse(JSON.stringify(given)) as DecisionInputs)).toEqual(decide(given))
    }))
  })
})
