import type { ReportContent, ReportLine, ReportSpan } from '../../../src-shared/reports.ts'

/** The report as plain text: three headed parts, one line a line; an edited number names what was measured. */
export function reportText(content: ReportContent): string {
  const part = (title: string, lines: readonly ReportLine[]) => `${title}\n${lines.length === 0 ? '(empty)' : lines.map(lineText).join('\n')}`
  return [part('TECHNIQUE', content.technique), part('FINDINGS', content.findings), part('IMPRESSION', content.impression)].join('\n\n')
}

export function lineText(line: ReportLine): string {
  return line.spans.map(spanText).join('')
}

export function spanText(span: ReportSpan): string {
  if (span.type === 'text') return span.text
  return span.isEdited ? `${span.text} [edited; measured ${span.measured ?? ''}]` : span.text
}
