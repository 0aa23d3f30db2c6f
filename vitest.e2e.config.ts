import { defineConfig } from 'vitest/config'

/** Tests of the built application: run `npm run build` first. One file at a time, because each starts a workstation and a browser. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    fileParallelism: false,
    // A busy machine takes longer than the second that is the default; a pass doesn't wait for it.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
