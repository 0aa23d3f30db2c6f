import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ModelJson, ModelsJson } from '../../../src-shared/cli.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { Dtype, ModelOfferRequest, ModelRepo, type InstalledModel, type ModelOffer } from '../../../src-shared/models.ts'
import { commandLinePrincipal } from '../../platform/http.ts'
import type { Edge } from '../../edge.ts'
import { UsageError, type Command, type CommandContext } from '../command.ts'

export const modelsCommand: Command = {
  name: 'models',
  synopsis: 'models list|add <folder or owner/name>|verify [name]|use <name>|remove <name>',
  summary: 'Lists the weights of the local reader, brings them in from a folder or from the hub, checks every file of them, or takes them away.',
  options: { 'accept-licence': { type: 'boolean', default: false }, dtype: { type: 'string' }, revision: { type: 'string', default: 'main' } },
  optionHelp: [['--accept-licence', 'with add: you have read the terms of the model and accept them for this workstation'], ['--dtype NAME', 'with add from the hub: which weights (q4, fp16, …); without it the offer is shown'], ['--revision NAME', 'with add from the hub: a branch, tag or commit; main where it is absent']],
  positionals: [1, 2],
  async run(context) {
    const [action = '', subject = ''] = context.positionals
    if (!['list', 'add', 'verify', 'use', 'remove'].includes(action)) throw new UsageError('This command is written: models list, add, verify, use or remove.')
    if (subject === '' && action !== 'list' && action !== 'verify') throw new UsageError(action === 'add' ? 'Name the folder that holds the model, or its repository on the hub as owner/name.' : 'Name the model.')
    const { withEdge } = await import('../edge.ts')
    return withEdge(context, async (edge) => {
      switch (action) {
        case 'add': return isRepo(subject, context) ? fetchFromHub(edge, subject, context) : add(edge, subject, context)
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

/** A folder that is there goes before a repository of the same name. */
const isRepo = (subject: string, { io }: CommandContext): boolean => ModelRepo.safeParse(subject).success && !existsSync(resolve(io.cwd, subject))

async function fetchFromHub(edge: Edge, repo: string, context: CommandContext): Promise<number> {
  const { reader } = edge.rooms
  const { flags, print, signal, io } = context
  const request = ModelOfferRequest.safeParse({ repo, revision: flags['revision'] })
  if (!request.success) throw new UsageError('--revision names a branch, a tag or a commit.')
  const offer = await reader.downloads.offer(request.data, signal)
  const dtype = Dtype.safeParse(flags['dtype'])
  if (!dtype.success || !offer.dtypes.some((one) => one.dtype === dtype.data) || flags['accept-licence'] !== true) {
    const { licence } = await reader.models.list()
    io.err(`${offerText(offer)}\n\n${licence.name}\n${licence.text}\n${licence.url}\n\nNothing was fetched. Name one of these weights with --dtype, and add --accept-licence when you have read the terms and accept them.\n`)
    return 1
  }
  const { id, name } = await reader.downloads.start({ repo: offer.repo, revision: offer.revision, dtype: dtype.data, hasAcceptedLicence: true }, commandLinePrincipal)
  await watchDownload(edge, id, context)
  const model = (await reader.models.list()).models.find((one) => one.name === name)
  if (model === undefined) throw new AppError('internal', 'The model came whole and is not found in its place.')
  print(ModelJson, model, `Fetched: ${line(model)}`)
  return 0
}

async function watchDownload({ rooms: { reader } }: Edge, id: string, { progress, signal }: CommandContext): Promise<void> {
  const bar = progress('Fetching')
  const redraw = setInterval(() => {
    const now = reader.downloads.list().find((download) => download.id === id)
    if (now !== undefined) bar.update(now.bytesTotal === 0 ? 0 : now.bytesDone / now.bytesTotal, `${now.file ?? ''}${now.state === 'verifying' ? ', checking' : ''}`)
  }, 200)
  const stop = () => { void reader.downloads.cancel(id) }
  signal.addEventListener('abort', stop, { once: true })
  try {
    await reader.downloads.ended(id)
  } finally {
    signal.removeEventListener('abort', stop)
    clearInterval(redraw)
    bar.done()
  }
}

function offerText({ repo, revision, dtypes, licence, freeBytes }: ModelOffer): string {
  const rows = dtypes.map(({ dtype, bytes, files }) => `  ${dtype.padEnd(6)} ${String(Math.ceil(bytes / 1024 ** 2)).padStart(7)} MB in ${files} files`)
  return [`${repo} at ${revision.slice(0, 12)}${licence === null ? '' : ` (${licence})`}`, ...rows, ...(freeBytes === null ? [] : [`  ${Math.floor(freeBytes / 1024 ** 2)} MB are free on the disk of the data folder.`])].join('\n')
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
