// `npm test`: the whole proof, step by step, up to the first step that fails. Ends in one line that counts.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { installLine, missingLibraries } from './lib/browser-libraries.mjs'
import { build } from './lib/build.mjs'
import { at, fail, projectNode, requireReady, seconds } from './lib/project.mjs'

const help = `npm test -- [options]

Types, lint, layer rules, dead code, unit and whole-edge tests with coverage, build, end-to-end tests in Chromium.

  --skip-e2e   leave out the build and the end-to-end tests
  --help       this text
`
const bin = (name, ...parts) => at('node_modules', name, ...parts)
const results = at('test-results')
const counts = { passed: 0, failed: 0, skipped: 0 }

/** Runs a tool of the project on the project's Node; `show` lets its output through as it comes, else it is kept for a failure. */
function run(file, args, { show = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(projectNode(), [file, ...args], { cwd: at(), env: { ...process.env, ...env }, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    let output = ''
    if (!show) for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text })
    child.on('error', (error) => { resolve({ ok: false, output: error.message }) })
    child.on('close', (code) => { resolve({ ok: code === 0, output }) })
  })
}

/** A vitest run whose counts go into the last line. */
async function vitest(name, args, env) {
  const file = at('test-results', `${name}.json`)
  rmSync(file, { force: true })
  const { ok } = await run(bin('vitest', 'vitest.mjs'), ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], { show: true, env })
  if (existsSync(file)) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(file, 'utf8'))
    // A file that fails before its first test has no failed test to count.
    const brokenFiles = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length
    counts.passed += numPassedTests
    counts.failed += numFailedTests + brokenFiles
    counts.skipped += numPendingTests + numTodoTests
    sayWhatWasSkipped(testResults)
    if (!ok && numFailedTests + brokenFiles + numFailedTestSuites === 0) counts.failed += 1
  } else if (!ok) counts.failed += 1
  return { ok, output: '' }
}

/** The reason stands in the name of the group: `the real window: no display`. */
function sayWhatWasSkipped(files) {
  const skipped = files.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => ['skipped', 'pending', 'todo'].includes(status)))
  for (const name of new Set(skipped.map(({ ancestorTitles, fullName }) => ancestorTitles.find((title) => title !== '') ?? fullName))) process.stdout.write(`   skipped: ${name}\n`)
}

/** A step that is no test counts only when it fails. */
const counted = (work) => async () => {
  const { ok, output } = await work()
  if (!ok) counts.failed += 1
  return { ok, output }
}

const tsc = bin('typescript', 'bin', 'tsc')
const steps = [
  { name: 'Types', work: counted(async () => {
    const all = await run(tsc, ['-p', 'tsconfig.json'])
    return all.ok ? run(tsc, ['-p', 'tsconfig.shared.json']) : all
  }) },
  { name: 'Lint', work: counted(() => run(bin('oxlint', 'bin', 'oxlint'), ['--type-aware', '--deny-warnings'])) },
  { name: 'Layer rules', work: () => vitest('layers', ['test/layers.test.ts']) },
  { name: 'Dead code', work: counted(() => run(bin('knip', 'bin', 'knip.js'), ['--no-progress'])) },
  { name: 'Unit and whole-edge tests, with coverage', work: () => vitest('unit', ['--exclude', 'test/layers.test.ts', '--coverage'], { VIGIL_COVERAGE_GATE: 'on' }) }
]
const endToEnd = [
  { name: 'Build', work: counted(async () => {
    try { await build(undefined, { quiet: true }) } catch (error) { return { ok: false, output: error.message } }
    return { ok: true, output: '' }
  }) },
  { name: 'Test browser', work: counted(async () => {
    const missing = await missingLibraries()
    return { ok: missing.length === 0, output: missing.length === 0 ? '' : `The test browser lacks ${missing.join(', ')}. Run: ${installLine}\n` }
  }) },
  { name: 'End-to-end tests in Chromium', work: () => vitest('e2e', ['--config', 'vitest.e2e.config.ts']) }
]

function parse() {
  try {
    return parseArgs({ options: { 'skip-e2e': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } }).values
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}. "npm test -- --help" lists what there is.`, 2)
  }
}

await requireReady()
const flags = parse()
if (flags.help) {
  process.stdout.write(help)
  process.exit(0)
}
mkdirSync(results, { recursive: true })
const startedAt = performance.now()
const wanted = flags['skip-e2e'] ? steps : [...steps, ...endToEnd]
let failedStep = null
for (const [index, { name, work }] of wanted.entries()) {
  const stepStartedAt = performance.now()
  process.stdout.write(`\n== ${index + 1}/${wanted.length} ${name}\n`)
  const { ok, output } = await work()
  if (!ok) {
    process.stdout.write(output)
    failedStep = name
    break
  }
  process.stdout.write(`   done in ${seconds(stepStartedAt)}\n`)
}
if (flags['skip-e2e'] && failedStep === null) process.stdout.write('\nThe end-to-end tests were left out (--skip-e2e).\n')
process.stdout.write(failedStep === null ? `\nAll steps passed in ${seconds(startedAt)}.\n` : `\nStopped at "${failedStep}" after ${seconds(startedAt)}.\n`)
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
process.exitCode = failedStep === null ? 0 : 1
