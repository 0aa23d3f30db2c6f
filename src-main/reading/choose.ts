import type { ReaderConfig } from '../platform/config.ts'
import type { ReaderMode } from '../../src-shared/reading.ts'
import type { LocalModel } from './local/engine.ts'

export type Choice = Readonly<{ engine: 'local', model: LocalModel } | { engine: 'vertex' | 'openai' | 'mock' } | { engine: null, why: string, isOff: boolean }>

const noModel = 'No reader is installed. Bring in a model under Settings, Models.'

/** Which engine reads now, or in a sentence why none does. `auto`: weights on this machine, else Vertex where it is set up, else none. */
export function chooseEngine(mode: ReaderMode, { model, config }: Readonly<{ model: LocalModel | null, config: ReaderConfig }>): Choice {
  const none = (why: string): Choice => ({ engine: null, why, isOff: false })
  switch (mode) {
    case 'off': return { engine: null, why: 'The reader is switched off.', isOff: true }
    case 'mock': return { engine: 'mock' }
    case 'local': return model === null ? none(noModel) : { engine: 'local', model }
    case 'vertex': return config.vertex === null ? none('Vertex is not set up: MEDGEMMA_VERTEX_ENDPOINT is missing.') : { engine: 'vertex' }
    case 'openai': return config.http === null ? none('No server is set up: MEDGEMMA_HTTP_URL is missing.') : { engine: 'openai' }
    case 'auto': return model !== null ? { engine: 'local', model } : config.vertex !== null ? { engine: 'vertex' } : none(noModel)
    default: return mode satisfies never
  }
}
