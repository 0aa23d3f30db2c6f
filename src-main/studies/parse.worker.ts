import { createBlobWriter } from '../platform/blob-writer.ts'
import { serveWorker } from '../platform/serve-worker.ts'
import { InspectInput, StoreInput } from './ingest/outcome.ts'
import { createFileStorer, inspectFile } from './ingest/store-files.ts'

type Storer = ReturnType<typeof createFileStorer>
const storers = new Map<string, Storer>()

function storerOf(dataDir: string): Storer {
  const known = storers.get(dataDir)
  if (known !== undefined) return known
  const made = createFileStorer(createBlobWriter(dataDir))
  storers.set(dataDir, made)
  return made
}

serveWorker({
  store(input, { signal }) {
    const { dataDir, paths } = StoreInput.parse(input)
    return { output: storerOf(dataDir)(paths, () => signal.aborted) }
  },
  inspect(input) {
    const { path, sha256 } = InspectInput.parse(input)
    return { output: inspectFile(path, sha256) }
  }
})
