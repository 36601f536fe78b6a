export { readFaucet } from './chainDir.ts'
export {
  ChainDirLockedError,
  ChainDivergedError,
  ChainFolderCorruptError,
  ChainProgramMissingError,
  ChainStartFailedError,
  ChainStoppedError,
  PortInUseError,
} from './chainNodeErrors.ts'
export {
  type Chance,
  type DeployContractsParameters,
  DeploymentDisturbedError,
  deployContracts,
} from './deployContracts.ts'
export { type GovernanceRules, LOCAL_RULES, PUBLIC_RULES } from './governanceRules.ts'
export { OutboxBusyError, sqliteOutboxStore } from './sqliteOutboxStore.ts'
export {
  type ChainNode,
  type ChainNodeDeps,
  type ChainNodeOptions,
  startChainNode,
} from './startChainNode.ts'
