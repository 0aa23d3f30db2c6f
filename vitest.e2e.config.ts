import { defineConfig } from 'vitest/config'

/** Tests of the built application: run `npm run build` first. One file at a time, because each starts a workstation and a browser. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
