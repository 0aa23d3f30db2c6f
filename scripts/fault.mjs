// `npm run test:fault`: the long version of the fault tests. `--only kill|network|disk`, `--seed N` and `--lives N` replay a part of it.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { at, fail, projectNode, requireReady, seconds } from './lib/project.mjs'

const help = `npm run test:fault -- [options]

The long fault tests: 1,000 lives of the workstation that end by kill -9, ten simulated hours of a bad network with 1,000 items, a disk that is full
at every page of an import, ten thousand text messages. About an hour.

  --only kill|network|disk|sms   one of them
  --lives N                  lives that are killed (1000; a hundred to each seed and data folder)
  --seed N                   the first seed (1); a failing run names its own
  --help                     this text
`
const suites = {
  kill: { file: 'test/fault/life-kill.test.ts', env: ({ lives, seed }) => ({ VIGIL_FAULT_LIVES: lives, VIGIL_FAULT_SEED: seed }) },
  network: { file: 'test/fault/network.test.ts', env: ({ seed }) => ({ VIGIL_FAULT_ITEMS: '1000', VIGIL_FAULT_HOURS: '10', VIGIL_FAULT_SEED: seed }) },
  sms: { file: 'test/fault/sms-kill.test.ts', env: ({ seed }) => ({ VIGIL_FAULT_SENDS: '10000', VIGIL_FAULT_SEED: seed }) },
  disk: { file: 'test/fault/disk.test.ts', env: () => ({ VIGIL_FAULT_DISK_STEP_KB: '4' }) }
}

await requireReady()
const { values } = parseArgs({ options: { only: { type: 'string' }, lives: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' }, help: { type: 'boolean', default: false } } })
if (values.help) { process.stdout.write(help); process.exit(0) }
const chosen = values.only === undefined ? Object.keys(suites) : [values.only]
for (const name of chosen) if (suites[name] === undefined) fail(`There is no fault test "${name}". ${Object.keys(suites).join(', ')} are there.`)

const failed = []
for (const name of chosen) {
  const startedMs = performance.now()
  const { file, env } = suites[name]
  const code = await new Promise((resolve) => {
    spawn(projectNode(), [at('node_modules', 'vitest', 'vitest.mjs'), 'run', file], { cwd: at(), env: { ...process.env, ...env(values) }, stdio: 'inherit' }).on('close', resolve)
  })
  if (code !== 0) failed.push(name)
  process.stdout.write(`${name}: ${code === 0 ? 'held' : `failed; again with: npm run test:fault -- --only ${name} --seed <the seed it names>`} after ${seconds(startedMs)}\n`)
}
if (failed.length > 0) fail(`Failed: ${failed.join(', ')}`)
