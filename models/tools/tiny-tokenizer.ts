import { readTasks, type ReadTask } from '../../src-shared/reading.ts'

const control = ['<pad>', '<eos>', '<bos>', '<unk>', '<start_of_turn>', '<end_of_turn>', '<start_of_image>', '<end_of_image>', '<image_soft_token>'] as const
export type Control = (typeof control)[number]
/** Makes tokens with the same text different; the decoder takes it away again. */
const twin = '\u200b'

/** First line of every prompt of ours; in the vocabulary of the test model it is one token. */
export const markerOf = (task: ReadTask): string => `Task: ${task}`

export type TinyVocabulary = Readonly<{
  size: number
  idOf: (token: string) => number
  /** Each script as a chain of tokens that occur nowhere else. */
  chains: readonly (readonly number[])[]
  tokenizerJson: object
}>

/**
 * Control tokens, single bytes, single characters, the markers of our tasks, and the pieces of the scripts. `filler` adds tokens that are
 * never used, for measuring with a vocabulary as large as that of a real model.
 */
export function tinyVocabulary(scripts: readonly string[], filler: number): TinyVocabulary {
  const ids = new Map<string, number>()
  const add = (token: string) => {
    if (!ids.has(token)) ids.set(token, ids.size)
    return ids.get(token) ?? 0
  }
  const markers = readTasks.map(markerOf)
  for (const token of [...control, ...markers]) add(token)
  for (let byte = 0; byte < 256; byte++) add(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  for (const char of ['▁', ...Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)), '\n']) add(char)
  const chains = scripts.map((script) => piecesOf(script).map((piece) => {
    let token = piece.replaceAll(' ', '▁')
    while (ids.has(token)) token += twin
    return add(token)
  }))
  for (let index = 0; index < filler; index++) add(`${fillerText(index)}${twin}`)
  return { size: ids.size, idOf: (token) => ids.get(token) ?? ids.get('<unk>') ?? 0, chains, tokenizerJson: tokenizerJson(ids, markers) }
}

/**
 * A script in pieces: the words of its texts by at most six characters, the last of them together with all that stands between two texts
 * (quote, comma, name of the next field, quote), so that where only one thing can follow the script has a token that says as much.
 */
export function piecesOf(script: string): string[] {
  const pieces: string[] = []
  let between = ''
  let at = 0
  while (at < script.length) {
    const string = /^"((?:\\.|[^"\\])*)"/.exec(script.slice(at))
    if (string === null) {
      between += script.charAt(at++)
      continue
    }
    const [whole, content = ''] = string
    at += whole.length
    // The name of a field belongs to the structure.
    if (script.charAt(at) === ':') { between += whole; continue }
    const words = content.match(/(?:\\.|[^\\]){1,6}/gs) ?? []
    pieces.push(`${between}"`, ...words.slice(0, -1))
    between = `${words.at(-1) ?? ''}"`
  }
  return between === '' ? pieces : [...pieces, between]
}

const syllables = ['ka', 'lo', 'mi', 'ne', 'ru', 'sa', 'te', 'vo', 'xi', 'yu', 'ba', 'de', 'fi', 'go', 'hu', 'po']
const fillerText = (index: number): string => index.toString(16).split('').map((digit) => syllables[Number.parseInt(digit, 16)] ?? '').join('')

function tokenizerJson(ids: ReadonlyMap<string, number>, markers: readonly string[]): object {
  const added = (content: string, special: boolean) => ({ id: ids.get(content), content, single_word: false, lstrip: false, rstrip: false, normalized: false, special })
  const begin = { SpecialToken: { id: '<bos>', type_id: 0 } }
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: [...control.map((token) => added(token, true)), ...markers.map((token) => added(token, false))],
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing', single: [begin, { Sequence: { id: 'A', type_id: 0 } }], pair: [begin, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<bos>': { id: '<bos>', ids: [ids.get('<bos>')], tokens: ['<bos>'] } }
    },
    decoder: {
      type: 'Sequence',
      decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'Replace', pattern: { String: twin }, content: '' }, { type: 'ByteFallback' }, { type: 'Fuse' }]
    },
    model: {
      type: 'BPE', dropout: null, unk_token: '<unk>', continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: true, byte_fallback: true, ignore_merges: false,
      vocab: Object.fromEntries(ids), merges: []
    }
  }
}
