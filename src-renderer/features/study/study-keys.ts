import type { CommandName } from '../../ui/commands.ts'

const inStudy = (group: string) => (id: string, title: string, keys: readonly string[], isWhileTyping = false): CommandName =>
  ({ id, title, group, place: 'study', keys, isWhileTyping })
const study = inStudy('Study')
const finding = inStudy('Findings')
const report = inStudy('Report')
const reader = inStudy('Reader')

/** What can be done on the study's screen beside the viewer's own commands (`viewerKeys`). */
export const studyKeys: readonly CommandName[] = [
  study('study.leave', 'Back to the worklist', ['q']),
  study('study.next', 'Next study of the worklist', ['ctrl+arrowdown']),
  study('study.previous', 'Previous study of the worklist', ['ctrl+arrowup']),
  study('study.analyse', 'Analyse this study', ['a']),
  study('study.key-image', 'Mark the image as a key image, or take the mark away', ['k']),
  study('study.tab.report', 'Show the report', ['alt+1'], true),
  study('study.tab.findings', 'Show the findings', ['alt+2'], true),
  study('study.tab.measurements', 'Show the measurements', ['alt+3'], true),
  study('study.tab.timeline', 'Show the timeline', ['alt+4'], true),
  study('study.tab.tags', 'Show the tags', ['alt+5'], true),
  study('study.tab.overlays', 'Show the overlays', ['alt+6'], true),
  study('study.tab.reader', 'Show the reader', ['alt+7'], true),
  study('study.overlays.toggle', 'Hide all overlays, or show all', ['alt+o']),
  study('study.tags.search', 'Search the tags', ['/']),
  study('study.export.image', 'Export the image', ['ctrl+e']),
  study('study.export.film', 'Export a film of the series', []),
  study('study.export.series', 'Export the series as DICOM', []),
  study('study.export.study', 'Export the study as DICOM', []),
  study('study.export.objects', 'Export measurements, stones and report as DICOM', []),
  study('study.export.print', 'Print', ['ctrl+p']),
  study('study.send', 'Send this study off-site', []),
  finding('finding.next', 'Next finding', ['j']),
  finding('finding.previous', 'Previous finding', ['shift+j']),
  finding('finding.accept', 'Accept the selected finding', ['y']),
  finding('finding.reject', 'Reject the selected finding', ['n']),
  finding('finding.reopen', 'Take the verdict back', ['u']),
  finding('finding.edit', 'Edit the selected finding', ['e']),
  finding('finding.add', 'Add a finding by hand', ['d']),
  reader('reader.describe', 'Ask the reader to describe this study', []),
  reader('reader.cancel', 'Cancel what the reader is doing', []),
  reader('statement.next', 'Next sentence of the reader', ['alt+j']),
  reader('statement.previous', 'Previous sentence of the reader', ['alt+shift+j']),
  reader('statement.accept', 'Accept the selected sentence', ['alt+y']),
  reader('statement.reject', 'Reject the selected sentence', ['alt+x']),
  report('report.save', 'Save the report now', ['ctrl+s'], true),
  report('report.sign', 'Sign the report', ['ctrl+enter'], true)
]
