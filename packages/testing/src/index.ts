export {
  startTestChain,
  type TestChain,
  type TestChainOptions,
  type TestMoney,
} from './localChain.ts'
export { startTestDatabase, type TestDatabase } from './testDatabase.ts'
