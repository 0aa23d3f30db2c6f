import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import type { UserConfig } from 'vite'

const at = (path: string) => resolve(import.meta.dirname, path)

const config: UserConfig = {
  root: at('src-renderer'),
  base: '/',
  plugins: [react()],
  // vtk.js imports xmlbuilder2 for VTK-XML meshes; its build extends Node's EventEmitter at load time and breaks in any browser.
  resolve: { alias: { xmlbuilder2: at('src-renderer/viewer/no-xmlbuilder2.ts') } },
  worker: { format: 'es' },
  build: {
    outDir: at('out/renderer'),
    emptyOutDir: true,
    // Beside the Chromium of the window, which electron-vite adds by itself: the pages for phones are opened by whatever a patient has.
    target: ['safari16.4', 'firefox128'],
    // electron-vite leaves the renderer unminified unless it is told.
    minify: true,
    // What it would fill in, every browser that the window and the pages for phones are made for has by itself.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 8192,
    rolldownOptions: {
      // The pages for phones are served to other machines, alone: nothing of the window may be in their files.
      input: { index: at('src-renderer/index.html'), glasses: at('src-renderer/glasses.html'), portal: at('src-renderer/portal.html') },
      // Nothing happens at import (held by a test), so a folder's index drags along only what is asked of it: the names of the viewer's
      // commands are needed on the first screen, the viewer itself is not.
      treeshake: { moduleSideEffects: [{ test: /src-renderer\/(?!app\/main|(?:glasses|portal)-page\/main).*\.tsx?$/, sideEffects: false }] }
    }
  },
  // The development server pre-bundles; the image loader starts a worker of its own and must not be, its CommonJS codecs must be.
  optimizeDeps: {
    exclude: ['@cornerstonejs/dicom-image-loader'],
    include: [
      'dicom-parser', '@cornerstonejs/codec-charls/decodewasmjs', '@cornerstonejs/codec-openjpeg/decodewasmjs',
      '@cornerstonejs/codec-openjph/wasmjs', '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
    ]
  }
}

export default config
