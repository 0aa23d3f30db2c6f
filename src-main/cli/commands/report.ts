import { ReportJson } from '../../../src-shared/cli.ts'
import { UsageError, textFlag, type Command } from '../command.ts'
import { replaceFile } from '../../platform/replace-file.ts'
import { targetOf } from '../target-file.ts'

export const reportCommand: Command = {
  name: 'report',
  synopsis: 'report <studyUid|latest> --pdf FILE',
  summary: 'Writes the report of a study as a PDF with its key images; a draft says that it is one.',
  options: { pdf: { type: 'string' } },
  optionHelp: [['--pdf FILE', 'where to write it; an existing file is replaced']],
  positionals: [1, 1],
  async run(context) {
    const pdf = textFlag(context.flags, 'pdf')
    if (pdf === undefined) throw new UsageError('Say where the PDF goes: --pdf FILE')
    const target = targetOf(context.io.cwd, pdf)
    const { withEdge } = await import('../edge.ts')
    const { studyNamed } = await import('../study.ts')
    return withEdge(context, async (edge) => {
      const studyUid = studyNamed(context.positionals[0] ?? '', edge)
      const bytes = await edge.rooms.analysis.reportPdf(studyUid)
      context.signal.throwIfAborted()
      await replaceFile(target, bytes)
      context.print(ReportJson, { studyUid, pdf: target, bytes: bytes.byteLength }, `Wrote ${pdf} (${Math.ceil(bytes.byteLength / 1024)} kB).`)
      return 0
    })
  }
}
