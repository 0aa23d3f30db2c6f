import { createBlobWriter } from '../platform/blob-writer.ts'
import { resourcePath } from '../platform/resources.ts'
import { serveWorker } from '../platform/serve-worker.ts'
import { openDictionary } from './dicom/dictionary.ts'
import type { Dictionary } from './dicom/list-tags.ts'
import { InspectInput, ModulesInput, StoreInput, TagsInput, TagValueInput } from './ingest/outcome.ts'
import { copyFileModules, createFileStorer, inspectFile, listFileTags, readFileTagValue } from './ingest/store-files.ts'

type Storer = ReturnType<typeof createFileStorer>
const storers = new Map<string, Storer>()

function storerOf(dataDir: string): Storer {
  const known = storers.get(dataDir)
  if (known !== undefined) return known
  const made = createFileStorer(createBlobWriter(dataDir))
  storers.set(dataDir, made)
  return made
}

/** Read once, and only by a worker that lists attributes. */
const dictionaries: Dictionary[] = []
function dictionary(): Dictionary {
  const known = dictionaries[0] ?? openDictionary(resourcePath('dicom-dictionary.json'))
  dictionaries[0] = known
  return known
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
  modules(input) {
    return { output: copyFileModules(ModulesInput.parse(input).path) }
  },
  tags(input) {
    const { path, ...wish } = TagsInput.parse(input)
    return { output: listFileTags(path, dictionary(), wish) }
  },
  tagValue(input) {
    const { path, tagPath } = TagValueInput.parse(input)
    return { output: readFileTagValue(path, dictionary(), tagPath) }
  }
})
