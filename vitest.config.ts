import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const projects = '{packages,services,apps}'

// Suffixes tell what a test may touch; see CONTRIBUTING.md.
export default defineConfig({
  test: {
    // Tests wait more than they compute, for chains, databases and each other's processes: on two cores, too,
    // two files at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            `${projects}/*/src/**/*.{test,prop}.ts`,
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: [`${projects}/*/src/**/*.test-d.ts`],
            tsconfig: './tsconfig.json',
          },
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            `${projects}/*/src/**/*.int.ts`,
            'tests/**/*.int.ts',
            'contracts/test/**/*.int.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['tests/simulation/**/*.sim.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.e2e.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // Each story starts a whole cloud, with ports and a home of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
