import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { DoctorJson, type DoctorCheck } from '../../../src-shared/cli.ts'
import { appRoot } from '../../platform/resources.ts'
import type { Command } from '../command.ts'
import { checkBrowser, checkTestBrowser } from '../doctor/browser.ts'
import type { Check } from '../doctor/check.ts'
import { checkLanPort, checkPort } from '../doctor/network.ts'
import { checkTheRuler } from '../doctor/ruler.ts'
import { checkBuild, checkElectron, checkNatives, checkNode } from '../doctor/runtime.ts'
import { checkDatabase, checkDataFolder, checkDisk } from '../doctor/storage.ts'

const checks: readonly Check[] = [
  checkNode, checkNatives, checkDataFolder, checkDisk, checkDatabase, checkTheRuler, checkBuild, checkElectron, checkBrowser, checkTestBrowser, checkPort, checkLanPort
]
const marks: Readonly<Record<DoctorCheck['state'], string>> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' }
const Package = z.object({ version: z.string() })

export const doctorCommand: Command = {
  name: 'doctor',
  synopsis: 'doctor',
  summary: 'Checks this workstation: Node, native parts, data folder, disk, database, ruler, Electron, browser, ports.',
  options: { port: { type: 'string' } },
  optionHelp: [['--port N', 'the port to check (VIGIL_PORT)']],
  positionals: [0, 0],
  async run({ config, io, print, signal, progress }) {
    const bar = progress('Checking')
    const found: DoctorCheck[] = []
    for (const check of checks) {
      signal.throwIfAborted()
      bar.update(found.length / checks.length)
      found.push(await check({ config, env: io.env }))
    }
    bar.done()
    const isHealthy = found.every(({ state }) => state !== 'fail')
    const { version } = Package.parse(JSON.parse(readFileSync(join(appRoot(), 'package.json'), 'utf8')))
    print(DoctorJson, { version, isHealthy, checks: found }, [`Vigil ${version}`, ...found.map(line)].join('\n'))
    return isHealthy ? 0 : 1
  }
}

function line({ name, state, sentence, advice }: DoctorCheck): string {
  return `  ${marks[state]}  ${name.padEnd(16)}${sentence}${advice === '' ? '' : `\n${' '.repeat(24)}${advice}`}`
}
