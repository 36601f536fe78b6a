export {
  type PreparedChain,
  startTestChain,
  type TestChain,
  type TestChainOptions,
  type TestMoney,
} from './localChain.ts'
export {
  deployPrimeCounter,
  type PrimeCounter,
  type PrimeCounterParameters,
  type Question,
} from './primeCounter.ts'
export { type ReorgChain, startReorgChain } from './reorgChain.ts'
export {
  type AppealedTask,
  createTestCourt,
  type TestCourt,
  type TestCourtOptions,
} from './testCourt.ts'
export { startTestDatabase, type TestDatabase } from './testDatabase.ts'
export {
  createTestMarket,
  type OpenDeal,
  type SettledBatch,
  type TestMarket,
} from './testMarket.ts'
