import { defineConfig } from 'vitest/config'

/** Numbers become wrong in these two rooms first, so their tests must reach nearly every line. */
const isGate = process.env['VIGIL_COVERAGE_GATE'] === 'on'
const thresholds = { 'src-main/analysis/**': { lines: 90 }, 'src-main/studies/**': { lines: 90 } }

export default defineConfig({
  test: {
    include: ['src-*/**/*.test.{ts,tsx}', 'models/**/*.test.ts', 'test/*.test.ts', 'test/{fault,fuzz,support}/**/*.test.ts'],
    // By default one processor is left idle; the runner itself needs hardly any.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src-main/analysis/**/*.ts', 'src-main/studies/**/*.ts'],
      // A worker's entry only wires; it runs in a thread of its own, where the coverage of the test process can't see it.
      exclude: ['**/*.test.ts', '**/*.worker.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      ...(isGate ? { thresholds } : {})
    }
  }
})
