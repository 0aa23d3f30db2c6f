import type { ToFrameWorker } from './frame-messages.ts'
import { createFrameWork } from './frame-work.ts'

const receive = createFrameWork({ fetch: (input, init) => fetch(input, init), post: (message, transfer) => { postMessage(message, { transfer }) } })
addEventListener('message', ({ data }: MessageEvent<ToFrameWorker>) => { receive(data) })
