// `npm run build`: builds what is stale; `--force` builds everything; names (`main`, `renderer`) limit it.
import { parseArgs } from 'node:util'
import { build } from './lib/build.mjs'
import { fail, requireReady } from './lib/project.mjs'

await requireReady()
const { values, positionals } = parseArgs({ options: { force: { type: 'boolean', default: false } }, allowPositionals: true })
try {
  const built = await build(positionals.length > 0 ? positionals : undefined, { force: values.force })
  if (built.length === 0) process.stderr.write('The build is up to date.\n')
} catch (error) {
  fail(`\n${error.message}`)
}
