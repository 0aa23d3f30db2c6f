import { ExportJson } from '../../../src-shared/cli.ts'
import { SeriesUid } from '../../../src-shared/ids.ts'
import { WrittenKind } from '../../../src-shared/interchange.ts'
import { commandLinePrincipal } from '../../platform/http.ts'
import { UsageError, textFlag, type Command } from '../command.ts'
import { replaceFile } from '../../platform/replace-file.ts'
import { targetOf } from '../target-file.ts'

export const exportCommand: Command = {
  name: 'export',
  synopsis: 'export <studyUid|latest> [--sr FILE] [--seg FILE] [--kos FILE] [--pdf FILE]',
  summary: 'Writes what stands in a study as DICOM objects that other readers open.',
  options: { sr: { type: 'string' }, seg: { type: 'string' }, kos: { type: 'string' }, pdf: { type: 'string' }, series: { type: 'string' } },
  optionHelp: [
    ['--sr FILE', 'measurements and findings as a structured report (TID 1500)'], ['--seg FILE', 'outlines of stones as a segmentation'],
    ['--kos FILE', 'key images as a key object selection'], ['--pdf FILE', 'the signed report as an encapsulated PDF'],
    ['--series UID', 'which series, where stones were measured in several']
  ],
  positionals: [1, 1],
  async run(context) {
    const wanted = WrittenKind.options.flatMap((kind) => {
      const file = textFlag(context.flags, kind)
      return file === undefined ? [] : [{ kind, file, target: targetOf(context.io.cwd, file) }]
    })
    if (wanted.length === 0) throw new UsageError('Say what to write and where: --sr, --seg, --kos or --pdf with a FILE.')
    const named = textFlag(context.flags, 'series')
    const series = SeriesUid.safeParse(named)
    if (named !== undefined && !series.success) throw new UsageError('A series is named by its Series Instance UID.')
    const query = series.success ? { seriesUid: series.data } : {}
    const { withEdge } = await import('../edge.ts')
    const { studyNamed } = await import('../study.ts')
    return withEdge(context, async (edge) => {
      const studyUid = studyNamed(context.positionals[0] ?? '', edge)
      const files = []
      for (const { kind, file, target } of wanted) {
        const { bytes } = await edge.rooms.interchange.export(kind, studyUid, query, commandLinePrincipal)
        context.signal.throwIfAborted()
        await replaceFile(target, bytes)
        files.push({ kind, file, path: target, bytes: bytes.byteLength })
      }
      context.print(ExportJson, { studyUid, files: files.map(({ kind, path, bytes }) => ({ kind, path, bytes })) }, files.map(({ file, bytes }) => `Wrote ${file} (${Math.ceil(bytes / 1024)} kB).`).join('\n'))
      return 0
    })
  }
}
