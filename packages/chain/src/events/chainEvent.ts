import type {
  Address,
  DealId,
  Hex,
  Hex32,
  OrderHash,
  TxHash,
  UnixSeconds,
  Wei,
} from '@millrace/base'
import type { DealTerms } from '@millrace/protocol'
import type { CourtEventArgs } from './courtEvent.ts'
import type { GovernanceEventArgs } from './governanceEvent.ts'
import type { SalesEventArgs } from './salesEvent.ts'

/** Arguments of every event of our contracts, by event name; meanings are in the interfaces. */
export type ChainEventArgs = {
  // IEscrow
  Deposited: { account: Address; amount: Wei }
  Withdrawn: { account: Address; amount: Wei }
  Locked: { account: Address; amount: Wei }
  Released: { account: Address; amount: Wei }
  Paid: { from: Address; to: Address; amount: Wei }
  Credited: { from: Address; to: Address; amount: Wei; maturesAt: UnixSeconds }
  Held: { account: Address; amount: Wei; maturesAt: UnixSeconds }
  Matured: { account: Address; amount: Wei }
  // IRegistry
  AssetRegistered: {
    asset: Address
    /** 1 app, 2 data set, 3 pool. */
    kind: number
    owner: Address
    content: Hex32
    codec: number
    uri: string
    ad: string
  }
  AssetUpdated: { asset: Address; uri: string; ad: string }
  /** ERC-721 `Transfer`; the first one, from zero, follows AssetRegistered. */
  AssetTransferred: { asset: Address; from: Address; to: Address }
  OperatorSet: { pool: Address; operator: Address; allowed: boolean }
  // IMarket
  OrdersMatched: {
    dealId: DealId
    requester: Address
    pool: Address
    appOrderHash: OrderHash
    datasetOrderHash: OrderHash
    poolOrderHash: OrderHash
    /** Until when the slots of the pool's order are booked now; 0 for an order without slots. */
    busyUntilMs: number
    terms: DealTerms
  }
  OrderPlaced: { orderHash: OrderHash; signer: Address }
  OrderCancelled: { orderHash: OrderHash; signer: Address }
  DealExpired: { dealId: DealId; unsettled: number; refund: Wei; stake: Wei }
  DealRefunded: { dealId: DealId; spoiled: number; refund: Wei; stake: Wei }
  SlaBreached: { dealId: DealId; inTime: number; late: number; refund: Wei; stake: Wei }
  /** `indexes`: 4 bytes each. */
  TasksSpoiled: { dealId: DealId; indexes: Hex }
  StakeTaken: { dealId: DealId; to: Address; amount: Wei }
  // IWork
  BatchCommitted: { pool: Address; nonce: bigint; root: Hex32; committedAt: UnixSeconds }
  BatchSettled: {
    pool: Address
    nonce: bigint
    resultRoot: Hex32
    locations: Hex32
    /** That settled; spoiled ones are not among them. */
    tasks: number
  }
  /** An operator's word, in place of that of whoever settled. */
  LocationsGiven: { pool: Address; nonce: bigint; locations: Hex32 }
  /** Root of the batch's facts, in which the absent stand without their heads. */
  AbsentLeftOut: { pool: Address; nonce: bigint; batchRoot: Hex32 }
  WorkerAbsent: { pool: Address; nonce: bigint; worker: Address }
  /** `results`: see `decodeResults` of @millrace/protocol. */
  TasksSettled: { dealId: DealId; pool: Address; nonce: bigint; results: Hex }
  WorkerSettled: {
    pool: Address
    nonce: bigint
    worker: Address
    reward: Wei
    /** Tasks it voted on or ran. */
    tasks: number
    passed: number
    faults: number
  }
  // IDeliveries
  ResultDelivered: {
    dealId: DealId
    index: number
    callback: Address
    requestHash: OrderHash
    resultHash: Hex32
    /** False for a callback that failed; it can be repeated. */
    isCalled: boolean
  }
  FailureDelivered: {
    dealId: DealId
    index: number
    callback: Address
    requestHash: OrderHash
    /** 1 expired, 2 spoiled. */
    reason: number
    isCalled: boolean
  }
  // IStanding
  Bonded: { worker: Address; amount: Wei; bond: Wei }
  UnbondRequested: { worker: Address; availableAt: UnixSeconds }
  Unbonded: { worker: Address; amount: Wei }
  CheckPassed: { worker: Address; passed: number; checks: number }
  FaultFound: {
    worker: Address
    /** 1 outvoted, 2 absent, 3 overruled by a jury, 4 wrong in a spot check. */
    kind: number
    faults: number
    slashed: Wei
    bannedUntil: UnixSeconds
  }
  Exposed: { worker: Address; amount: Wei; maturesAt: UnixSeconds }
  // IReveals
  RevealForced: {
    pool: Address
    nonce: bigint
    worker: Address
    root: Hex32
    dealIds: readonly DealId[]
    tasks: readonly Hex[]
    record: Hex
    isCounted: boolean
  }
  // IClaims
  BatchForfeited: { pool: Address; nonce: bigint; worker: Address; amount: Wei; tasks: number }
  OmissionProven: { dealId: DealId; index: number; worker: Address; amount: Wei }
  // IParameters; the name is a left-aligned short string.
  ParameterSet: { name: Hex32; value: bigint }
  GovernorProposed: { governor: Address }
  GovernorChanged: { governor: Address }
  // ICatalog; kinds and what the hashes are of: contracts/src/types/Code.sol
  CodeProposed: {
    proposalId: Hex32
    codeHash: Hex32
    proposer: Address
    kind: number
    source: Hex32
    description: Hex32
    audit: string
    reviewUntil: UnixSeconds
  }
  CodeObjected: { proposalId: Hex32; objector: Address; reason: Hex32 }
  CodeApproved: { codeHash: Hex32; proposalId: Hex32; kind: number }
  CodeRevoked: { codeHash: Hex32; reason: Hex32 }
  CodeDeployed: {
    deployed: Address
    codeHash: Hex32
    deployer: Address
    salt: Hex32
    arguments: Hex
  }
} & CourtEventArgs &
  GovernanceEventArgs &
  SalesEventArgs

export type ChainEventName = keyof ChainEventArgs

/** One event of our contracts; `name` tells which arguments it has. */
export type ChainEvent<N extends ChainEventName = ChainEventName> = {
  [K in N]: {
    name: K
    args: ChainEventArgs[K]
    txHash: TxHash
    /** Position in the block; unique there. */
    logIndex: number
  }
}[N]

export function isEvent<N extends ChainEventName>(
  event: ChainEvent,
  name: N,
): event is Extract<ChainEvent, { name: N }> {
  return event.name === name
}
