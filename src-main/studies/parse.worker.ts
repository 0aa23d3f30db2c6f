import { createBlobWriter } from '../platform/blob-writer.ts'
import { resourcePath } from '../platform/resources.ts'
import { serveWorker } from '../platform/serve-worker.ts'
import { openDictionary } from './dicom/dictionary.ts'
import { InspectInput, StoreInput, TagsInput } from './ingest/outcome.ts'
import { createFileStorer, inspectFile, listFileTags } from './ingest/store-files.ts'

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
  },
  tags(input) {
    return { output: listFileTags(TagsInput.parse(input).path, openDictionary(resourcePath('dicom-dictionary.json'))) }
  }
})
