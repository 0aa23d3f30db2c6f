import { readdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { defineConfig } from 'electron-vite'
import rendererConfig from './renderer.vite.config.ts'

const at = (path: string) => resolve(import.meta.dirname, path)

/** `src-main/studies/parse.worker.ts` becomes `out/main/parse.worker.js`, where `platform/workers.ts` looks for it; so do `*.process.ts`. */
function workerEntries(): Record<string, string> {
  const entries: Record<string, string> = {}
  for (const path of readdirSync(at('src-main'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.worker.ts') && !path.endsWith('.process.ts')) continue
    const name = basename(path, '.ts')
    if (entries[name] !== undefined) throw new Error(`Two entries are called ${name}; in the build they would be one file.`)
    entries[name] = resolve(at('src-main'), path)
  }
  return entries
}

/** `scripts/lib/build.mjs` names the parts that are stale; a plain `electron-vite build` builds them all. */
const parts = (process.env['VIGIL_BUILD_PARTS'] ?? 'main,renderer').split(',')

const main = {
  build: {
    outDir: 'out/main',
    // The oldest Node that package.json admits, not Electron's: where Electron is missing the same bundle is served.
    target: 'node20.19',
    sourcemap: true,
    lib: {
      entry: { index: at('src-main/main.ts'), cli: at('src-main/cli.ts'), ...workerEntries() },
      formats: ['es' as const]
    },
    // Chunks lie beside the entries, so that `import.meta.url` means the same folder wherever a module ends up.
    rolldownOptions: { output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } }
  }
}

const preload = {
  build: {
    outDir: 'out/preload',
    // A sandboxed preload may require nothing but electron.
    externalizeDeps: false,
    rolldownOptions: { input: { index: at('src-preload/index.ts') }, output: { format: 'cjs' as const, entryFileNames: '[name].cjs' } }
  }
}

export default defineConfig({
  ...(parts.includes('main') ? { main, preload } : {}),
  ...(parts.includes('renderer') ? { renderer: rendererConfig } : {})
})
