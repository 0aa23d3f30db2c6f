import { existsSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ReportJson } from '../../../src-shared/cli.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { UsageError, textFlag, type Command } from '../command.ts'

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
    const target = resolve(context.io.cwd, pdf)
    if (!existsSync(dirname(target))) throw new AppError('not-found', `The folder of ${pdf} does not exist.`)
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

/** Whole or not at all: a half-written PDF in a patient's folder would look like a report. */
async function replaceFile(target: string, bytes: Uint8Array): Promise<void> {
  const part = `${target}.${process.pid}.part`
  const file = await open(part, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, target)
}
