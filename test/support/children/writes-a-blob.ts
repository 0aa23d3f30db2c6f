// Receives a blob that never ends, so that a test can kill this process in the middle. argv: data folder.
import { createBlobStore } from '../../../src-main/platform/blobs.ts'

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let count = 0; ; count++) {
    yield new Uint8Array(100_000).fill(count)
    if (count === 20) process.stdout.write('running\n')
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
}

await createBlobStore(process.argv[2] ?? '').put(endless())
