import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../../../src-shared/errors.ts'
import { ImportResult, type ImportProgress } from '../../../src-shared/studies.ts'
import { commandLinePrincipal } from '../../platform/http.ts'
import type { Command } from '../command.ts'

export const importCommand: Command = {
  name: 'import',
  synopsis: 'import <paths…>',
  summary: 'Takes in DICOM files, folders (with their subfolders) and zips.',
  options: {},
  optionHelp: [],
  positionals: [1, Number.POSITIVE_INFINITY],
  async run(context) {
    const paths = existingPaths(context.positionals, context.io.cwd)
    const { withEdge } = await import('../edge.ts')
    const progress = context.progress('Importing')
    const { result } = await withEdge(context, ({ rooms: { studies } }) => studies.importPaths(paths, {
      signal: context.signal, actor: commandLinePrincipal, onProgress: (now) => { progress.update(...describe(now)) }
    })).finally(progress.done)
    context.signal.throwIfAborted()
    context.print(ImportResult, result, summaryText(result))
    return result.imported + result.duplicates === 0 ? 1 : 0
  }
}

/** Absolute, and there: a mistyped folder is a mistake of the command, not an empty import. */
export function existingPaths(paths: readonly string[], cwd: string): string[] {
  return paths.map((path) => {
    const absolute = resolve(cwd, path)
    if (!existsSync(absolute)) throw new AppError('not-found', `There is no file or folder ${path}.`)
    return absolute
  })
}

function describe({ done, total, filesPerSecond, megabytesPerSecond }: ImportProgress): [number | null, string] {
  const count = total === null ? `${done} ${done === 1 ? 'file' : 'files'}` : `${done} of ${total}`
  const rate = filesPerSecond === null || megabytesPerSecond === null ? '' : ` · ${Math.round(filesPerSecond)} files/s · ${megabytesPerSecond.toFixed(1)} MB/s`
  return [total === null || total === 0 ? null : done / total, `${count}${rate}`]
}

/** For a person: counts, studies, and the first reasons why files were left out. */
export function summaryText({ imported, duplicates, rejected, studies }: ImportResult): string {
  const shown = rejected.slice(0, 20)
  return [
    `${imported} imported, ${duplicates} ${duplicates === 1 ? 'was' : 'were'} here already, ${rejected.length} left out.`,
    ...studies.flatMap(({ studyUid, patientName, studyDate, series }) => [
      `${patientName || 'No name'} · ${studyDate ?? 'no date'} · ${studyUid}`,
      ...series.map(({ modality, description, instances, warnings }) =>
        `  ${modality} ${description || 'no description'}: ${instances} ${instances === 1 ? 'instance' : 'instances'}${warnings.length === 0 ? '' : ` (${warnings.join(', ')})`}`)
    ]),
    ...shown.map(({ path, reason }) => `Left out ${path}: ${reason}`),
    ...(rejected.length > shown.length ? [`… and ${rejected.length - shown.length} more; --json lists them all.`] : [])
  ].join('\n')
}
