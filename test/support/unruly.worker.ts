// A worker that misbehaves on request. It lies with the tests, so that no build holds it.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../src-shared/errors.ts'
import { serveWorker } from '../../src-main/platform/serve-worker.ts'

serveWorker({
  double: (input, { progress }) => {
    progress('half way')
    return { output: Number(input) * 2 }
  },
  thread: () => ({ output: process.pid + performance.timeOrigin }),
  sleep: async (input) => {
    await sleep(Number(input))
    return { output: 'slept' }
  },
  refuse: () => { throw new AppError('cannot-decode', 'This image can not be decoded.') },
  fault: () => { throw new TypeError('x is undefined') },
  crash: () => { process.exit(3) },
  swallowMemory: () => {
    const kept: number[][] = []
    for (;;) kept.push(Array.from({ length: 100_000 }, () => Math.random()))
  },
  listen: async (_input, { signal }) => {
    await sleep(60_000, undefined, { signal })
    return { output: 'never' }
  },
  deaf: () => { for (;;) Math.sqrt(2) },
  unsendable: () => ({ output: () => 'a function' }),
  give: () => {
    const bytes = new ArrayBuffer(1024)
    return { output: bytes, transfer: [bytes] }
  }
})
