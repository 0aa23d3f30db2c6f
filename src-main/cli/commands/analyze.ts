import { AnalyseRequest, AnalyseResult, protocolNames, type Analysis } from '../../../src-shared/analysis.ts'
import { QueuedJson } from '../../../src-shared/cli.ts'
import { commandLinePrincipal } from '../../platform/http.ts'
import type { Edge } from '../../edge.ts'
import { UsageError, textFlag, type Command, type CommandContext } from '../command.ts'

export const analyzeCommand: Command = {
  name: 'analyze',
  synopsis: 'analyze <studyUid|latest> --wait',
  summary: 'Measures a study by a protocol and drafts its report.',
  options: { wait: { type: 'boolean', default: false }, protocol: { type: 'string' }, series: { type: 'string' } },
  optionHelp: [
    ['--wait', 'wait for the result and print it; without it the analysis is queued for the running application'],
    ['--protocol NAME', `${protocolNames.join(' or ')}, instead of what the data suggests`],
    ['--series UID', 'this series, instead of the one that suits the protocol']
  ],
  positionals: [1, 1],
  async run(context) {
    const request = requestFrom(context)
    const { withEdge } = await import('../edge.ts')
    const { studyNamed } = await import('../study.ts')
    return withEdge(context, async (edge) => {
      const studyUid = studyNamed(context.positionals[0] ?? '', edge)
      const { analysis: room } = edge.rooms
      const { id, state } = await room.analyse(studyUid, request, commandLinePrincipal)
      if (context.flags['wait'] !== true) {
        context.print(QueuedJson, { analysisId: id, studyUid, state }, 'Queued. It runs while Vigil is open; add --wait to wait for the result here.')
        return 0
      }
      await follow(edge, id, context)
      const result = room.resultOf(studyUid)
      context.print(AnalyseResult, result, resultText(result))
      return 0
    })
  }
}

function requestFrom({ flags }: CommandContext): AnalyseRequest {
  const parsed = AnalyseRequest.safeParse({ protocol: textFlag(flags, 'protocol') ?? 'auto', ...(textFlag(flags, 'series') === undefined ? {} : { seriesUid: textFlag(flags, 'series') }) })
  if (parsed.success) return parsed.data
  throw new UsageError(parsed.error.issues[0]?.path[0] === 'seriesUid' ? '--series must be a Series Instance UID.' : `--protocol must be one of: ${protocolNames.join(', ')}.`)
}

/** Waits to the end; Ctrl+C cancels the analysis, so that it doesn't come back at the next start. */
async function follow(edge: Edge, analysisId: Analysis['id'], context: CommandContext): Promise<void> {
  const progress = context.progress('Analysing')
  const { analysis: room } = edge.rooms
  try {
    await room.waitFor(analysisId, {
      signal: context.signal,
      onProgress: (now: Analysis) => { progress.update(now.progress, now.steps.find(({ state }) => state === 'running')?.step ?? now.state) }
    })
  } catch (error) {
    if (context.signal.aborted) room.cancel(analysisId, commandLinePrincipal)
    throw error
  } finally {
    progress.done()
  }
}

function resultText({ protocol, findings, warnings, report }: AnalyseResult): string {
  return [
    `${protocol}: ${findings.length} candidates`,
    ...findings.map(({ kind, diameterMm, diameterErrorMm, meanHu, laterality, location, reason }) => {
      const size = diameterMm === null ? 'no size' : `${diameterMm.toFixed(1)} mm ± ${(diameterErrorMm ?? 0).toFixed(1)}`
      return `  ${kind} · ${size} · ${meanHu === null ? 'no HU' : `${Math.round(meanHu)} HU`} · ${laterality} ${location} · ${reason}`
    }),
    ...warnings.map(({ message }) => `  Warning: ${message}`),
    '',
    report.text
  ].join('\n')
}
