import type { Address, Hex, Hex32 } from '@millrace/base'

/** Arguments of the events of governor and timelock, which are OpenZeppelin's; times are in seconds. */
export type GovernanceEventArgs = {
  // Governor
  ProposalCreated: {
    proposalId: bigint
    proposer: Address
    targets: readonly Address[]
    values: readonly bigint[]
    signatures: readonly string[]
    calldatas: readonly Hex[]
    voteStart: bigint
    voteEnd: bigint
    description: string
  }
  ProposalQueued: { proposalId: bigint; etaSeconds: bigint }
  ProposalExecuted: { proposalId: bigint }
  ProposalCanceled: { proposalId: bigint }
  ProposalExtended: { proposalId: bigint; extendedDeadline: bigint }
  VoteCast: { voter: Address; proposalId: bigint; support: number; weight: bigint; reason: string }
  VoteCastWithParams: {
    voter: Address
    proposalId: bigint
    support: number
    weight: bigint
    reason: string
    params: Hex
  }
  VotingDelaySet: { oldVotingDelay: bigint; newVotingDelay: bigint }
  VotingPeriodSet: { oldVotingPeriod: bigint; newVotingPeriod: bigint }
  ProposalThresholdSet: { oldProposalThreshold: bigint; newProposalThreshold: bigint }
  LateQuorumVoteExtensionSet: { oldVoteExtension: bigint; newVoteExtension: bigint }
  QuorumNumeratorUpdated: { oldQuorumNumerator: bigint; newQuorumNumerator: bigint }
  TimelockChange: { oldTimelock: Address; newTimelock: Address }
  // TimelockController
  CallScheduled: {
    id: Hex32
    index: bigint
    target: Address
    value: bigint
    data: Hex
    predecessor: Hex32
    delay: bigint
  }
  CallExecuted: { id: Hex32; index: bigint; target: Address; value: bigint; data: Hex }
  CallSalt: { id: Hex32; salt: Hex32 }
  Cancelled: { id: Hex32 }
  MinDelayChange: { oldDuration: bigint; newDuration: bigint }
  RoleAdminChanged: { role: Hex32; previousAdminRole: Hex32; newAdminRole: Hex32 }
  RoleGranted: { role: Hex32; account: Address; sender: Address }
  RoleRevoked: { role: Hex32; account: Address; sender: Address }
}
