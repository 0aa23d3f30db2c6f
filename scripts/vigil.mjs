// `npm run vigil -- <command>`: brings the bundle up to date and becomes the command line. Same process, so that Ctrl+C reaches it once.
import { pathToFileURL } from 'node:url'
import { build } from './lib/build.mjs'
import { at, fail, requireReady, userFolder } from './lib/project.mjs'

await requireReady()
const cli = at('out', 'main', 'cli.js')
const args = process.argv.slice(2)
try {
  // Only what is served needs the screens; everything else starts sooner without.
  await build(args.includes('serve') ? ['main', 'renderer'] : ['main'])
} catch (error) {
  fail(`\n${error.message}`)
}
process.chdir(userFolder('vigil'))
process.argv = [process.argv[0], cli, ...args]
await import(pathToFileURL(cli).href)
