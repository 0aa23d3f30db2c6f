import type { Command } from './command.ts'

export const commonOptionHelp = [
  ['--data-dir DIR', 'where studies, reports and accounts are kept (VIGIL_DATA_DIR)'],
  ['--json', 'print one line of JSON on stdout and nothing else there'],
  ['--help', 'this text']
] as const

export function overview(commands: readonly Command[]): string {
  return `npm run vigil -- <command> [options]

${table(commands.map(({ synopsis, summary }) => [synopsis, summary]))}

Every command takes:
${table(commonOptionHelp)}

"npm run vigil -- <command> --help" tells more. In scripts write "npm run -s vigil -- <command> --json": without -s npm itself prints two lines first. Exit code 0: done. 1: it failed, and says why. 2: the command line is wrong. 130: cancelled.
Environment: VIGIL_DATA_DIR, VIGIL_PORT (4870), VIGIL_LAN_PORT (4871), VIGIL_LAN (on or off), VIGIL_LOG (debug, info, warn, error).
`
}

export function commandHelp({ synopsis, summary, optionHelp }: Command): string {
  return `npm run vigil -- ${synopsis}

${summary}

${table([...optionHelp, ...commonOptionHelp])}
`
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n')
}
