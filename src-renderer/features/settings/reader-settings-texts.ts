import type { ReaderMode, ReaderStatus } from '../../../src-shared/reading.ts'
import { bytesText } from '../../ui/format.ts'

export const modeTexts: Readonly<Record<ReaderMode, Readonly<{ name: string, meaning: string }>>> = {
  auto: { name: 'By itself', meaning: 'Weights on this machine if there are any; else Vertex where it is set up; else none.' },
  local: { name: 'On this machine', meaning: 'Only weights on this machine. Nothing leaves it.' },
  vertex: { name: 'Vertex', meaning: 'Images are sent to the Vertex endpoint of your site, without names, numbers or dates. Nothing is read while the link is down.' },
  openai: { name: 'A server of your site', meaning: 'Images are sent to the OpenAI-compatible server that MEDGEMMA_HTTP_URL names, without names, numbers or dates.' },
  mock: { name: 'MOCK', meaning: 'Made-up answers, marked MOCK everywhere, to try the workstation without a model.' },
  off: { name: 'Off', meaning: 'No model reads. Everything that is measured works as ever.' }
}

/** "Loading takes about 3.1 GB of memory; 9.8 GB are free." */
export function memoryText({ needBytes, freeBytes }: NonNullable<ReaderStatus['memory']>): string {
  return `Loading takes about ${bytesText(needBytes)} of memory; ${bytesText(freeBytes)} are free.`
}
