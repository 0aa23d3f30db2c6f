import type { GlassesStatus } from '../../src-shared/glasses.ts'
import type { SystemState } from '../../src-shared/system.ts'
import type { LineState } from '../api/events.ts'

const lineTexts: Readonly<Record<LineState, string>> = {
  live: 'connected', connecting: 'connecting…', down: 'no answer, trying again', refused: 'signed out'
}

/** The window's line to its own edge, in a word. */
export function lineText(state: LineState): string {
  return lineTexts[state]
}

/** Whether power may go now. Unknown is said as unknown: silence is no promise. */
export function safetyOf(system: SystemState | undefined): Readonly<{ tone: 'good' | 'warning' | 'unknown', text: string }> {
  if (system === undefined) return { tone: 'unknown', text: 'safe to switch off: unknown' }
  const jobs = system.jobsRunning + system.jobsWaiting
  if (system.isSafeToSwitchOff) return { tone: 'good', text: jobs === 0 ? 'safe to switch off' : `safe to switch off · ${jobs} ${jobs === 1 ? 'job goes' : 'jobs go'} on later` }
  return { tone: 'warning', text: 'writing: do not switch off' }
}

/** What is elsewhere too. Unknown is said as unknown. */
export function offSiteOf(system: SystemState | undefined): Readonly<{ tone: 'good' | 'warning' | 'danger' | 'unknown', text: string }> {
  if (system === undefined) return { tone: 'unknown', text: 'off-site: unknown' }
  const { state, text } = system.offSite
  return { tone: state === 'all' ? 'good' : state === 'some' ? 'warning' : state === 'trouble' ? 'danger' : 'unknown', text }
}

const stateWords: Readonly<Record<SystemState['reader']['state'], string>> = { none: '', off: '', idle: ', idle', loading: ', loading', running: ', reading', failed: ', failed' }

export function readerText(system: SystemState | undefined): string {
  if (system === undefined) return 'reader: unknown'
  const { state, text, waiting } = system.reader
  return `reader: ${text}${stateWords[state]}${waiting > 0 ? ` · ${waiting} waiting` : ''}`
}

/** Other devices: who streams, and whether somebody may need help. */
export function lanText({ lan, streams, openNotices }: Pick<GlassesStatus, 'lan' | 'streams' | 'openNotices'>): string {
  if (openNotices > 0) return openNotices === 1 ? 'somebody may need help' : `${openNotices} notices`
  if (lan.state === 'off') return 'LAN off'
  if (lan.state === 'failed') return 'LAN: not opened'
  const live = streams.filter(({ state }) => state === 'live').length
  const stalled = streams.filter(({ state }) => state === 'stalled').length
  if (live + stalled === 0) return 'LAN: no stream'
  return `LAN ${live + stalled} ${live + stalled === 1 ? 'stream' : 'streams'}${stalled > 0 ? `, ${stalled} stalled` : ''}`
}
