import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { PhantomTruth } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { PhantomRecipe, writePhantom } from '../../analysis/phantom/index.ts'
import { resourcePath } from '../../platform/resources.ts'
import { UsageError, numberFlag, textFlag, type Command, type Flags } from '../command.ts'

const defaultRecipe = 'demo'

export const phantomCommand: Command = {
  name: 'phantom',
  synopsis: 'phantom --out DIR',
  summary: 'Writes a CT series of a made-up patient with stones and mimics, and truth.json with what it holds.',
  options: {
    out: { type: 'string' }, recipe: { type: 'string' }, seed: { type: 'string' }, thickness: { type: 'string' }, noise: { type: 'string' },
    tilt: { type: 'string' }, turns: { type: 'string' }, uneven: { type: 'string' }, list: { type: 'boolean', default: false }
  },
  optionHelp: [
    ['--out DIR', 'folder for the files; made where it is missing'],
    ['--recipe NAME|FILE', `a recipe that comes along (default ${defaultRecipe}), or a JSON file`],
    ['--list', 'name the recipes that come along'],
    ['--seed N', 'other noise and other UIDs'],
    ['--thickness MM', 'slice thickness and distance'],
    ['--noise HU', 'standard deviation of the noise'],
    ['--tilt DEG', 'gantry tilt, -30 to 30'],
    ['--turns X,Y,Z', 'turn the whole stack about x, y and z, degrees: oblique, coronal, sagittal'],
    ['--uneven MM', 'an extra gap in the middle of the stack']
  ],
  positionals: [0, 0],
  async run(context) {
    const { flags, io, signal } = context
    if (flags['list'] === true) {
      context.print(z.array(z.string()), recipeNames(), recipeNames().join('\n'))
      return 0
    }
    const out = textFlag(flags, 'out')
    if (out === undefined) throw new UsageError('Say where the files go: --out DIR')
    const recipe = withOptions(readRecipe(textFlag(flags, 'recipe') ?? defaultRecipe, io.cwd), flags)
    const folder = resolve(io.cwd, out)
    const progress = context.progress('Writing')
    const truth = await writePhantom(recipe, folder, {
      signal, onProgress: (done, total) => { progress.update(done / total, `${done} of ${total} slices`) }
    }).finally(progress.done)
    context.print(PhantomTruth, truth, `Wrote a phantom with ${truth.findings.length} stones and mimics to ${out}.`)
    return 0
  }
}

function recipeNames(): string[] {
  return readdirSync(resourcePath('phantom')).filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json')).toSorted()
}

/** A recipe by name, or a file of one's own. */
function readRecipe(name: string, cwd: string): PhantomRecipe {
  const isName = recipeNames().includes(name)
  const file = isName ? join(resourcePath('phantom'), `${name}.json`) : resolve(cwd, name)
  if (!isName && !existsSync(file)) throw new AppError('not-found', `There is no recipe and no file ${name}. These come along: ${recipeNames().join(', ')}.`)
  const parsed = PhantomRecipe.safeParse(jsonOf(file, name))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new AppError('invalid-request', `The recipe ${name} is not valid at "${issue?.path.map(String).join('.') ?? ''}": ${issue?.message ?? ''}.`)
}

function jsonOf(file: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new AppError('invalid-request', `The recipe ${name} is not readable JSON.`, { cause })
  }
}

function withOptions(recipe: PhantomRecipe, flags: Flags): PhantomRecipe {
  const thicknessMm = numberFlag(flags, 'thickness', [0.2, 20])
  const unevenMm = numberFlag(flags, 'uneven', [0.1, 100])
  return PhantomRecipe.parse({
    ...recipe,
    seed: Math.round(numberFlag(flags, 'seed', [0, 2 ** 31]) ?? recipe.seed),
    noiseHu: numberFlag(flags, 'noise', [0, 100]) ?? recipe.noiseHu,
    tiltDeg: numberFlag(flags, 'tilt', [-30, 30]) ?? recipe.tiltDeg,
    turnsDeg: turnsFlag(flags) ?? recipe.turnsDeg,
    ...(thicknessMm === undefined ? {} : restack(recipe, thicknessMm)),
    ...(unevenMm === undefined ? {} : { extraGaps: [...recipe.extraGaps, { beforeSlice: Math.max(1, Math.floor(recipe.slices / 2)), extraMm: unevenMm }] })
  })
}

/** The same length of body in thicker or thinner slices. */
function restack({ slices, sliceSpacingMm }: PhantomRecipe, thicknessMm: number): Partial<PhantomRecipe> {
  return { sliceSpacingMm: thicknessMm, sliceThicknessMm: thicknessMm, slices: Math.max(1, Math.round((slices * sliceSpacingMm) / thicknessMm)) }
}

function turnsFlag(flags: Flags): [number, number, number] | undefined {
  const text = textFlag(flags, 'turns')
  if (text === undefined) return undefined
  const [x, y, along, ...more] = text.split(',').map(Number)
  if (x === undefined || y === undefined || along === undefined || more.length > 0 || ![x, y, along].every(Number.isFinite)) {
    throw new UsageError('--turns takes three numbers of degrees: X,Y,Z')
  }
  return [x, y, along]
}
