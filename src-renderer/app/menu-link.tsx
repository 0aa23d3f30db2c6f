import { useEffect } from 'react'
import type { MenuCommand } from '../../src-shared/bridge.ts'
import { useCommandRegistry } from '../ui/commands-context.tsx'

const commandOfMenu: Readonly<Record<MenuCommand, string>> = {
  'open-folder': 'import.folder', 'open-files': 'import.files', 'load-demo': 'import.demo', 'show-keys': 'app.keys', 'command-palette': 'app.palette', lock: 'app.lock'
}

/** What the desktop shell's menu asks for runs the same commands as keys and buttons. */
export function MenuLink() {
  const registry = useCommandRegistry()
  useEffect(() => window.vigil?.onMenuCommand((command) => { registry.run(commandOfMenu[command]) }), [registry])
  return null
}
