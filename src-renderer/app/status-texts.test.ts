import { describe, expect, it } from 'vitest'
import type { SystemState } from '../../src-shared/system.ts'
import { offSiteOf, readerText, safetyOf } from './status-texts.ts'

const aSystem = (patch: Partial<SystemState>): SystemState => ({
  version: '1', host: 'served', node: '24', ruler: { isTrue: true, checks: [] }, jobsWaiting: 0, jobsRunning: 0, isSafeToSwitchOff: true,
  reader: { state: 'none', text: 'none installed', isMock: false, waiting: 0 }, offSite: { state: 'off', confirmed: 0, total: 0, text: '' }, freeDiskBytes: null, dataDir: '', warnings: [], ...patch
})

describe('the status bar', () => {
  it('says that power may go only when everything is on disk', () => {
    expect(safetyOf(aSystem({})).text).toBe('safe to switch off')
    expect(safetyOf(aSystem({ isSafeToSwitchOff: false }))).toEqual({ tone: 'warning', text: 'writing: do not switch off' })
    expect(safetyOf(aSystem({ jobsRunning: 1 })).text).toBe('safe to switch off · 1 job goes on later')
  })
  it('says what is off-site in the words of the edge, and marks trouble', () => {
    const at = (state: 'off' | 'all' | 'some' | 'trouble') => offSiteOf(aSystem({ offSite: { state, confirmed: 1, total: 2, text: 'words' } })).tone
    expect([at('off'), at('all'), at('some'), at('trouble'), offSiteOf(undefined).text]).toEqual(['unknown', 'good', 'warning', 'danger', 'off-site: unknown'])
  })
  it('never promises what it does not know', () => { expect([safetyOf(undefined).tone, readerText(undefined)]).toEqual(['unknown', 'reader: unknown']) })
  it('names the reader, or that there is none', () => {
    expect([readerText(aSystem({})), readerText(aSystem({ reader: { state: 'idle', text: 'MedGemma, on this machine', isMock: false, waiting: 2 } }))]).toEqual(['reader: none installed', 'reader: MedGemma, on this machine, idle · 2 waiting'])
  })
})
