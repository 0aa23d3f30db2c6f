import { SyncJson, SyncListJson, SyncReportJson } from '../../../src-shared/cli.ts'
import { RowId } from '../../../src-shared/ids.ts'
import { SyncItemsQuery, SyncTarget, type OutboxItem, type SyncStatus } from '../../../src-shared/sync.ts'
import type { Edge } from '../../edge.ts'
import { commandLinePrincipal } from '../../platform/http.ts'
import { UsageError, textFlag, type Command, type CommandContext } from '../command.ts'

const actions = ['status', 'list', 'report', 'now', 'retry', 'cancel', 'pause', 'resume', 'send'] as const
type Action = (typeof actions)[number]
const monthMs = 31 * 24 * 3600 * 1000

export const syncCommand: Command = {
  name: 'sync',
  synopsis: 'sync status|list|report|now|retry <id>|cancel <id>|pause [target]|resume [target]|send <studyUid|latest>',
  summary: 'What leaves this workstation: how it stands, what waits, what has left; sends it now, holds it, tries an item again.',
  options: { state: { type: 'string', default: 'open' } },
  optionHelp: [['--state NAME', 'with list: open, dead, done, cancelled or all']],
  positionals: [1, 2],
  async run(context) {
    const [named = '', subject = ''] = context.positionals
    const action = actions.find((one) => one === named)
    if (action === undefined) throw new UsageError(`This command is written: sync ${actions.join(', ')}.`)
    if (subject === '' && ['retry', 'cancel', 'send'].includes(action)) throw new UsageError(action === 'send' ? 'Name the study, or "latest".' : 'Name the item by its id; "sync list" shows it.')
    const { withEdge } = await import('../edge.ts')
    return withEdge(context, (edge) => act(edge, action, subject, context))
  }
}

async function act(edge: Edge, action: Action, subject: string, context: CommandContext): Promise<number> {
  const { sync } = edge.rooms
  const by = commandLinePrincipal
  switch (action) {
    case 'status': return status(edge, context)
    case 'list': return list(edge, context)
    case 'report': return report(edge, context)
    case 'now': return now(edge, context)
    case 'retry': sync.retry(idOf(subject), by); return list(edge, context)
    case 'cancel': sync.cancel(idOf(subject), by); return list(edge, context)
    case 'pause': case 'resume': sync.pause(targetOf(subject), action === 'pause', by); return status(edge, context)
    case 'send': {
      const { studyNamed } = await import('../study.ts')
      sync.sendNow(studyNamed(subject, edge), by)
      return now(edge, context)
    }
    default: return action satisfies never
  }
}

async function status({ rooms: { sync } }: Edge, { print }: CommandContext): Promise<number> {
  const found = sync.status()
  print(SyncJson, found, statusText(found))
  return found.offSite.state === 'trouble' ? 1 : 0
}

function statusText({ offSite, targets, storage, counts }: SyncStatus): string {
  return [
    offSite.text, storage.text,
    ...targets.filter(({ state, waiting, dead }) => state !== 'off' || waiting + dead > 0).map(({ target, state, text, isPaused, waiting, dead }) => `  ${target}: ${state}${isPaused ? ', paused' : ''}, ${waiting} waiting, ${dead} given up. ${text}`),
    `${counts.waiting} waiting, ${counts.sending} being sent, ${counts.dead} given up, ${counts.doneToday} left today.`
  ].join('\n')
}

async function list({ rooms: { sync } }: Edge, { print, flags }: CommandContext): Promise<number> {
  const query = SyncItemsQuery.safeParse({ state: textFlag(flags, 'state') ?? 'open', limit: 500 })
  if (!query.success) throw new UsageError('--state is open, dead, done, cancelled or all.')
  const found = sync.items(query.data)
  print(SyncListJson, found, found.items.length === 0 ? 'Nothing of that kind.' : found.items.map(itemText).join('\n'))
  return 0
}

/** No patient's name: a terminal is logged by whoever runs it. */
function itemText({ id, kind, state, studyUid, tries, lastError, waitsFor, bytesDone, bytesTotal }: OutboxItem): string {
  const size = bytesTotal === null || bytesTotal === 0 ? '' : `, ${Math.floor(bytesDone / bytesTotal * 100)} % of ${(bytesTotal / 1e6).toFixed(1)} MB`
  return `${id}  ${kind} ${studyUid ?? ''}: ${state}${size}, ${tries} ${tries === 1 ? 'try' : 'tries'}. ${waitsFor ?? lastError ?? ''}`.trimEnd()
}

async function report({ rooms: { sync } }: Edge, { print }: CommandContext): Promise<number> {
  const nowMs = Date.now()
  const found = sync.report(new Date(nowMs - monthMs).toISOString(), new Date(nowMs + 1000).toISOString())
  print(SyncReportJson, found, found.lines.length === 0 ? 'Nothing has left in the last 31 days.' : found.lines.map(({ at, kind, place, bytes, checksum }) => `${at}  ${kind}  ${(bytes / 1e6).toFixed(1)} MB  ${place}  ${checksum}`).join('\n'))
  return 0
}

/** Sends what may go, and says how it ended: 0 where everything is where it should be. */
async function now(edge: Edge, context: CommandContext): Promise<number> {
  const bar = context.progress('Sending')
  let most = 1
  await edge.rooms.sync.drain(context.signal, (open) => {
    most = Math.max(most, open)
    bar.update(1 - open / most, `${open} to go`)
  }).finally(() => { bar.done() })
  context.signal.throwIfAborted()
  await status(edge, context)
  return ['all', 'off'].includes(edge.rooms.sync.offSite().state) ? 0 : 1
}

function idOf(text: string): string {
  const id = RowId.safeParse(text)
  if (!id.success) throw new UsageError('An item is named by its id; "sync list" shows it.')
  return id.data
}

function targetOf(text: string): SyncTarget | null {
  if (text === '') return null
  const target = SyncTarget.safeParse(text)
  if (!target.success) throw new UsageError(`A target is one of ${SyncTarget.options.join(', ')}.`)
  return target.data
}
