import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTinyModel, type TinyOptions, type TinyScripts } from '../../models/tools/tiny-gemma3.ts'

/** What the scripted model says of the demo study. One sentence names a size that nothing measured: it has to be cut and to block signing. */
export const demoScripts: TinyScripts = {
  'describe-study': JSON.stringify({
    statements: [
      { text: 'The kidneys are of even density and their outline is smooth.', slices: ['S1'], section: 'findings' },
      { text: 'The bowel is not widened.', slices: ['S1'], section: 'findings' },
      { text: 'A cyst of about 43 mm lies in the liver.', slices: ['S1'], section: 'findings' },
      { text: 'No free fluid is seen.', slices: [], section: 'impression' }
    ]
  }),
  'second-look': {
    bright: JSON.stringify({ verdict: 'stone', reason: 'A sharp dense focus within the collecting system.', crops: ['C1'] }),
    dark: JSON.stringify({ verdict: 'phlebolith', reason: 'A round focus with a lucent centre beside the bladder.', crops: ['C1', 'C2'] })
  },
  impression: JSON.stringify({ lines: [{ text: 'Urinary stones as measured.', lines: ['L1'] }] }),
  'plain-language': JSON.stringify({ sentences: [{ text: 'The pictures show stones in the urinary tract.', lines: ['L1'] }] }),
  'caption-chunk': JSON.stringify({ caption: 'A person looks at a screen.' }),
  intervention: JSON.stringify({ decision: 'no', reasoning: 'Nothing unusual.', message: null })
}

/** A model folder of its own; call `remove` when it is not needed any more. */
export function tinyModel(options: TinyOptions = { scripts: demoScripts }): Readonly<{ folder: string, remove: () => void }> {
  const parent = mkdtempSync(join(tmpdir(), 'vigil-tiny-model-'))
  const folder = join(parent, options.name ?? 'tiny-gemma3')
  writeTinyModel(folder, options)
  return { folder, remove: () => { rmSync(parent, { recursive: true, force: true }) } }
}
