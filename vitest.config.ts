import { defineConfig } from 'vitest/config';

/** Conditions are waited for as long as a busy machine may take; nothing depends on how long that is. */
const POLLING = { poll: { timeout: 30_000 } };

/**
 * Two passes over one suite: every test on the embedded database, and the tests that touch a
 * database (`*.db.test.ts`) once more on a PostgreSQL server, where one is installed.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'embedded',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'train/**/*.test.ts'],
          exclude: ['test/browser/**'],
          env: { TEST_DATABASE: 'pglite' },
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/property-seed.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: POLLING,
        },
      },
      {
        test: {
          name: 'server',
          include: ['src/**/*.db.test.ts', 'test/**/*.db.test.ts'],
          env: { TEST_DATABASE: 'postgres' },
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/property-seed.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: POLLING,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          env: { TEST_DATABASE: 'pglite' },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: POLLING,
          fileParallelism: false,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/web/**', 'src/**/*.test.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
