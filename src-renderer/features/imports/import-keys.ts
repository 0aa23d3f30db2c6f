import type { CommandName } from '../../ui/commands.ts'

const anImport = (id: string, title: string, keys: readonly string[] = []): CommandName => ({ id, title, group: 'Import', place: 'anywhere', keys })

/** Ways in, on every screen. */
export const importKeys: readonly CommandName[] = [
  anImport('import.folder', 'Open a folder', ['ctrl+o']),
  anImport('import.files', 'Open files or a zip', ['ctrl+shift+o']),
  anImport('import.demo', 'Load the demo study'),
  anImport('import.history', 'Show past imports')
]
