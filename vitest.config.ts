import { defineConfig } from 'vitest/config'

const SECOND = 1000
const MINUTE = 60 * SECOND

/**
 * One project per level of test (ARCHITECTURE.md, "Tests"); `./dev` runs them by name. Groups run one after the other. A real test compiles on all
 * cores by itself, so its files go one at a time; a virtual machine takes about one core.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{src,workbench,test/kit}/**/*.test.ts'], testTimeout: MINUTE } },
      { test: { name: 'rules', include: ['test/rules/**/*.test.ts'], testTimeout: MINUTE } },
      { test: { name: 'golden', include: ['test/golden/**/*.test.ts'], testTimeout: 2 * MINUTE } },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 60 * MINUTE } },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 15 * MINUTE,
          hookTimeout: 15 * MINUTE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'vm',
          include: ['test/vm/**/*.test.ts'],
          testTimeout: 15 * MINUTE,
          hookTimeout: 15 * MINUTE,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
