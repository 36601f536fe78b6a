// The one table that says which workspace package may import which.
// Compared with every package.json by scripts/checkLayers.ts; printed into docs/architecture.md.
export const DIR: Record<string, string> = {
  base: 'packages',
  abi: 'packages',
  protocol: 'packages',
  wire: 'packages',
  chain: 'packages',
  storage: 'packages',
  database: 'packages',
  runtime: 'packages',
  sdk: 'packages',
  testing: 'packages',
  scheduler: 'services',
  worker: 'services',
  indexer: 'services',
  api: 'services',
  cli: 'apps',
}

export const MAY_IMPORT: Record<string, string[]> = {
  base: [],
  abi: [],
  protocol: ['base', 'abi'],
  wire: ['base', 'protocol'],
  chain: ['base', 'abi', 'protocol'],
  storage: ['base'],
  database: ['base'],
  runtime: ['base', 'protocol'],
  sdk: ['base', 'protocol', 'wire', 'chain', 'storage'],
  testing: ['base', 'abi', 'protocol', 'wire', 'chain', 'storage', 'database'],
  scheduler: ['base', 'protocol', 'wire', 'chain', 'storage', 'database'],
  worker: ['base', 'protocol', 'wire', 'chain', 'storage', 'runtime'],
  indexer: ['base', 'abi', 'protocol', 'chain', 'database'],
  api: ['base', 'protocol', 'wire', 'chain', 'database', 'indexer'],
  cli: ['base', 'protocol', 'wire', 'chain', 'storage', 'database', 'sdk', 'runtime', 'scheduler', 'worker', 'indexer', 'api'],
}
