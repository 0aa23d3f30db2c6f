import { readFileSync, readdirSync } from 'node:fs'
import { z } from 'zod'
import { serveWorker } from '../platform/serve-worker.ts'
import { PhantomRecipe, writePhantom } from './phantom/index.ts'

const Input = z.object({ recipeFile: z.string(), outDir: z.string() })

serveWorker({
  /** Writes the series of a recipe and reports the name of each file as soon as it is complete; the output is its truth. */
  write: async (input, { signal, progress }) => {
    const { recipeFile, outDir } = Input.parse(input)
    const reported = new Set<string>()
    // Called between two files, so whatever lies in the folder now is whole.
    const onProgress = () => {
      for (const name of readdirSync(outDir)) {
        if (reported.has(name)) continue
        reported.add(name)
        progress(name)
      }
    }
    return { output: await writePhantom(PhantomRecipe.parse(JSON.parse(readFileSync(recipeFile, 'utf8'))), outDir, { signal, onProgress }) }
  }
})
