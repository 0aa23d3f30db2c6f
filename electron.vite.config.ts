import { globSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { defineConfig } from 'electron-vite'
import rendererConfig from './renderer.vite.config.ts'

const at = (path: string) => resolve(import.meta.dirname, path)
const entryName = (path: string) => basename(path, '.ts')

/** `src-main/studies/parse.worker.ts` becomes `out/main/parse.worker.js`, where `platform/workers.ts` looks for it. */
function workerEntries(): Record<string, string> {
  const entries: Record<string, string> = {}
  for (const path of globSync('src-main/**/*.worker.ts', { cwd: import.meta.dirname })) {
    const name = entryName(path)
    if (entries[name] !== undefined) throw new Error(`Two workers are called ${name}; in the build they would be one file.`)
    entries[name] = at(path)
  }
  return entries
}

export default defineConfig({
  main: {
    // Sourcemaps stay on this machine: they are what makes a stack in a log readable.
    build: {
      outDir: 'out/main',
      sourcemap: true,
      lib: { entry: { index: at('src-main/main.ts'), serve: at('src-main/serve.ts'), cli: at('src-main/cli.ts'), ...workerEntries() }, formats: ['es'] },
      // Chunks lie beside the entries, so that `import.meta.url` means the same folder wherever a module ends up.
      rolldownOptions: { output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } }
    }
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload may require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: { input: { index: at('src-preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } }
    }
  },
  renderer: rendererConfig
})
