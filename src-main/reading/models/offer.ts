import { AppError } from '../../../src-shared/errors.ts'
import type { Dtype, ModelOffer } from '../../../src-shared/models.ts'
import { suffixes } from '../local/memory.ts'
import { dtypesIn, whatIsLacking } from './folder.ts'
import type { HubFile, HubModel } from './hub.ts'

const graph = /^onnx\/(?:embed_tokens|vision_encoder|decoder_model_merged)(_[a-z0-9]+)?\.onnx(?:_data(?:_\d+)?)?$/
/** Beside the graphs: shapes, vocabulary, template, and the words of the licence. */
const beside = /^(?:(?:config|generation_config|preprocessor_config|processor_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|chat_template)\.json|chat_template\.jinja|licen[cs]e(?:\.\w+)?|notice(?:\.\w+)?)$/i

/** The files that a dtype needs, of all that a repository holds: never a fixed list, since large weights lie in as many parts as their maker chose. */
export function filesFor(dtype: Dtype, files: readonly HubFile[]): HubFile[] {
  return files.filter(({ path }) => {
    const weights = graph.exec(path)
    return weights === null ? beside.test(path) : (weights[1] ?? '') === suffixes[dtype]
  })
}

/** What can be had of a repository. Throws a sentence where it holds no model for this reader. */
export function offerOf(repo: string, { revision, isGated, licence }: HubModel, files: readonly HubFile[], freeBytes: number | null): ModelOffer {
  const paths = files.map(({ path }) => path)
  const found = dtypesIn(paths)
  const lacking = whatIsLacking(paths)
  if (found.length === 0 || lacking !== null) throw new AppError('unsupported', `${repo} holds no model for this reader: ${lacking ?? 'there is no whole set of graphs (embed_tokens, vision_encoder, decoder_model_merged) of one dtype.'}`)
  const dtypes = found.map((dtype) => {
    const chosen = filesFor(dtype, files)
    return { dtype, bytes: chosen.reduce((sum, { bytes }) => sum + bytes, 0), files: chosen.length }
  })
  return { repo, revision, isGated, licence, dtypes: dtypes.toSorted((a, b) => a.bytes - b.bytes), freeBytes }
}
