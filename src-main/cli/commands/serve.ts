import { once } from 'node:events'
import { ServedJson } from '../../../src-shared/cli.ts'
import { commandLinePrincipal } from '../../platform/http.ts'
import type { Edge } from '../../edge.ts'
import type { Command, CommandContext } from '../command.ts'
import { openBrowser } from '../open-browser.ts'
import { existingPaths } from './import.ts'

export const serveCommand: Command = {
  name: 'serve',
  synopsis: 'serve [paths…]',
  summary: 'Serves the workstation on http://127.0.0.1:4870 for a browser of this machine, until Ctrl+C.',
  options: { port: { type: 'string' }, demo: { type: 'boolean', default: false }, open: { type: 'boolean', default: false } },
  optionHelp: [
    ['--port N', 'another port; 0 takes a free one (VIGIL_PORT)'],
    ['--demo', 'import and analyse a phantom study with stones and mimics'],
    ['--open', 'open the system browser']
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  async run(context) {
    const { config, log, signal, io, flags, print } = context
    const paths = existingPaths(context.positionals, io.cwd)
    const { startServed } = await import('../../serve.ts')
    const served = await startServed(config, { log })
    try {
      print(ServedJson, { url: served.url, lanUrl: served.lanUrl, dataDir: config.dataDir }, `Vigil is at ${served.url}${served.lanUrl === null ? '' : `, and at ${served.lanUrl} for glasses and other devices`} (data in ${config.dataDir}). Ctrl+C ends it.`)
      if (flags['open'] === true) openBrowser(served.url, io)
      await begin(served.edge, paths, context)
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await served.stop()
    }
    return 0
  }
}

/** What was asked for at the start runs behind the window, like an import that is begun there. */
async function begin({ rooms }: Edge, paths: readonly string[], { flags }: CommandContext): Promise<void> {
  if (paths.length > 0) rooms.studies.startImport(paths, commandLinePrincipal)
  if (flags['demo'] === true) await rooms.demo.start(commandLinePrincipal)
}
