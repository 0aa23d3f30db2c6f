import { resolve } from 'node:path'
import { ModelJson, ModelsJson } from '../../../src-shared/cli.ts'
import type { InstalledModel } from '../../../src-shared/models.ts'
import { commandLinePrincipal } from '../../platform/http.ts'
import type { Edge } from '../../edge.ts'
import { UsageError, type Command, type CommandContext } from '../command.ts'

export const modelsCommand: Command = {
  name: 'models',
  synopsis: 'models list|add <folder>|verify [name]|use <name>|remove <name>',
  summary: 'Lists the weights of the local reader, brings them in from a folder, checks every file of them, or takes them away.',
  options: { 'accept-licence': { type: 'boolean', default: false } },
  optionHelp: [['--accept-licence', 'with add: you have read the terms of the model and accept them for this workstation']],
  positionals: [1, 2],
  async run(context) {
    const [action = '', subject = ''] = context.positionals
    if (!['list', 'add', 'verify', 'use', 'remove'].includes(action)) throw new UsageError('This command is written: models list, add, verify, use or remove.')
    if (subject === '' && action !== 'list' && action !== 'verify') throw new UsageError(action === 'add' ? 'Name the folder that holds the model.' : 'Name the model.')
    const { withEdge } = await import('../edge.ts')
    return withEdge(context, async (edge) => {
      switch (action) {
        case 'add': return add(edge, subject, context)
        case 'verify': return verify(edge, subject, context)
        case 'use': edge.rooms.reader.models.use(subject, commandLinePrincipal); return list(edge, context)
        case 'remove': await edge.rooms.reader.models.remove(subject, commandLinePrincipal); return list(edge, context)
        default: return list(edge, context)
      }
    })
  }
}

async function list({ rooms: { reader } }: Edge, { print }: CommandContext): Promise<number> {
  const { models } = await reader.models.list()
  print(ModelsJson, { models: [...models] }, models.length === 0 ? 'No model is here. models/README.md says what a folder must hold.' : models.map(line).join('\n'))
  return models.every(({ state }) => state === 'ready') ? 0 : 1
}

async function add({ rooms: { reader } }: Edge, folder: string, { flags, print, signal, io }: CommandContext): Promise<number> {
  if (flags['accept-licence'] !== true) {
    const { licence } = await reader.models.list()
    io.err(`${licence.name}\n${licence.text}\n${licence.url}\n\nNothing was brought in. Add --accept-licence when you have read the terms and accept them.\n`)
    return 1
  }
  const model = await reader.models.importFolder({ folder: resolve(io.cwd, folder), hasAcceptedLicence: true }, commandLinePrincipal, signal)
  print(ModelJson, model, `Brought in: ${line(model)}`)
  return 0
}

async function verify({ rooms: { reader } }: Edge, name: string, context: CommandContext): Promise<number> {
  const names = name === '' ? (await reader.models.list()).models.map((model) => model.name) : [name]
  const models: InstalledModel[] = []
  for (const one of names) {
    const progress = context.progress(`Reading ${one}`)
    try {
      models.push(await reader.models.verify(one, { signal: context.signal, onProgress: (fraction) => { progress.update(fraction, '') } }))
    } finally {
      progress.done()
    }
  }
  context.print(ModelsJson, { models }, models.length === 0 ? 'No model is here.' : models.map(line).join('\n'))
  return models.every(({ state }) => state === 'ready') ? 0 : 1
}

function line({ name, dtype, bytes, state, isActive, problem, weightsSha256 }: InstalledModel): string {
  return `${isActive ? '*' : ' '} ${name} · ${dtype} · ${Math.round(bytes / 1024 ** 2)} MB · ${weightsSha256.slice(0, 12)} · ${state}${problem === null ? '' : `: ${problem}`}`
}
