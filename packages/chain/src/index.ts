// Browser-safe. What needs Node (outbox file, embedded node, deployment) is in ./node/index.ts,
// imported as @millrace/chain/node.
export {
  appealAgain,
  commitJuryVote,
  decideAppeal,
  drawAppealJury,
  endAppeal,
  openAppeal,
  revealJuryVote,
  ruleAppeal,
  showVoters,
} from './actions/appeal.ts'
export { type ApproveTokenParameters, approveToken } from './actions/approveToken.ts'
export { type BondParameters, bond } from './actions/bond.ts'
export { type CancelOrderParameters, cancelOrder } from './actions/cancelOrder.ts'
export { cancelProposal } from './actions/cancelProposal.ts'
export { type CastVoteParameters, castVote, VOTE, type Vote } from './actions/castVote.ts'
export { type ClaimMaturedParameters, claimMatured } from './actions/claimMatured.ts'
export { claimOmission } from './actions/claimOmission.ts'
export { type CommitBatchParameters, commitBatch } from './actions/commitBatch.ts'
export { type DelegateVotesParameters, delegateVotes } from './actions/delegateVotes.ts'
export { deliverFailure } from './actions/deliverFailure.ts'
export {
  type Delivery,
  type DeliveryTask,
  deliverArgs,
  deliverResult,
} from './actions/deliverResult.ts'
export {
  type DeployCodeParameters,
  type DeployCodeResult,
  deployCode,
} from './actions/deployCode.ts'
export { type DepositParameters, deposit } from './actions/deposit.ts'
export { type DepositForParameters, depositFor } from './actions/depositFor.ts'
export { executeProposal } from './actions/executeProposal.ts'
export { type ExpireDealParameters, expireDeal } from './actions/expireDeal.ts'
export {
  acceptFile,
  complainAboutFile,
  finishFile,
  offerFile,
  revealKey,
} from './actions/fileSale.ts'
export { forceReveal, type OwnPartParameters } from './actions/forceReveal.ts'
export { forfeit } from './actions/forfeit.ts'
export { type GiveLocationsParameters, giveLocations } from './actions/giveLocations.ts'
export { leaveSeat, requestLeave, takeSeat } from './actions/jurorSeat.ts'
export { commitJurySecret, forfeitJurySecret, revealJurySecret } from './actions/jurySecret.ts'
export { dealsOfReceipt, type MatchOrdersParameters, matchOrders } from './actions/matchOrders.ts'
export { type ObjectToCodeParameters, objectToCode } from './actions/objectToCode.ts'
export { type PlaceOrderParameters, placeOrder } from './actions/placeOrder.ts'
export { type ProposeResult, propose } from './actions/propose.ts'
export {
  CODE_KIND,
  type CodeKind,
  codeProposalIdOf,
  type ProposeCodeParameters,
  type ProposeCodeResult,
  proposeCode,
} from './actions/proposeCode.ts'
export { type ProposeGovernorParameters, proposeGovernor } from './actions/proposeGovernor.ts'
export { queueProposal } from './actions/queueProposal.ts'
export {
  ASSET_KIND,
  type AssetKind,
  assetId,
  type RegisterAssetParameters,
  type RegisterAssetResult,
  registerAsset,
} from './actions/registerAsset.ts'
export { requestUnbond } from './actions/requestUnbond.ts'
export { type DeliveredResult, hashDelivered, retryResult } from './actions/retryResult.ts'
export {
  acceptService,
  appealService,
  deliverService,
  finishService,
  offerService,
  refuseService,
  ruleService,
} from './actions/serviceSale.ts'
export { type SetOperatorParameters, setOperator } from './actions/setOperator.ts'
export { type SetParameterParameters, setParameter } from './actions/setParameter.ts'
export { type SettleBatchParameters, settleBatch } from './actions/settleBatch.ts'
export { type SettleTrustedParameters, settleTrusted } from './actions/settleTrusted.ts'
export { showHeader } from './actions/showHeader.ts'
export { commitAnswers, showAnswer } from './actions/spotCheck.ts'
export { type TransferGasParameters, transferGas } from './actions/transferGas.ts'
export { type TransferTokenParameters, transferToken } from './actions/transferToken.ts'
export { unbond } from './actions/unbond.ts'
export { type UpdateAssetParameters, updateAsset } from './actions/updateAsset.ts'
export { type WithdrawParameters, withdraw } from './actions/withdraw.ts'
export { NO_DATASET } from './actions/writeContract.ts'
export {
  ABIS,
  type ContractAddresses,
  type ContractName,
  NO_CONTRACTS,
} from './client/contracts.ts'
export {
  checkChain,
  createReadClient,
  EMBEDDED_CHAIN_ID,
  type ReadClient,
  type ReadClientOptions,
} from './client/readClient.ts'
export { createRpc, type Rpc } from './client/rpc.ts'
export {
  createWriteClient,
  type WriteClient,
  type WriteClientOptions,
} from './client/writeClient.ts'
export {
  AlreadyDeployedError,
  CodeDecidedError,
  CodeNotApprovedError,
  CodeProposalExistsError,
  CodeUnderReviewError,
  Create2EmptyBytecodeError,
  FailedDeploymentError,
  InsufficientBalanceError,
  ProposalIncompleteError,
  UnknownCodeProposalError,
} from './errors/catalogErrors.ts'
export { ContractError } from './errors/contractError.ts'
export { CONTRACT_ERRORS } from './errors/contractErrors.ts'
export {
  CallRevertedError,
  decodeContractError,
  revertReason,
} from './errors/decodeContractError.ts'
export {
  AlreadyDeliveredError,
  BadCallbackGasError,
  DealStillOpenError,
  IndexOutOfRangeError,
  NoCallbackError,
  ResultNotSettledError,
  TaskHasSettledError,
  TooLittleGasError,
  WrongContentError,
  WrongRequestError,
  WrongResultError,
} from './errors/deliveriesErrors.ts'
export {
  AmountTooLargeError,
  InsufficientFreeError,
  InsufficientLockedError,
  InsufficientMaturingError,
  NotAuthorisedError,
  NotMaturedError,
  ReentrancyGuardReentrantCallError,
  SafeERC20FailedOperationError,
  ZeroAmountError,
} from './errors/escrowErrors.ts'
export {
  AccessControlBadConfirmationError,
  AccessControlUnauthorizedAccountError,
  DelayOutOfBoundsError,
  FailedCallError,
  GovernorAlreadyCastVoteError,
  GovernorAlreadyQueuedProposalError,
  GovernorDisabledDepositError,
  GovernorInsufficientProposerVotesError,
  GovernorInvalidProposalLengthError,
  GovernorInvalidQuorumFractionError,
  GovernorInvalidSignatureError,
  GovernorInvalidVoteParamsError,
  GovernorInvalidVoteTypeError,
  GovernorInvalidVotingPeriodError,
  GovernorNonexistentProposalError,
  GovernorNotQueuedProposalError,
  GovernorOnlyExecutorError,
  GovernorQueueNotImplementedError,
  GovernorRestrictedProposerError,
  GovernorUnableToCancelError,
  GovernorUnexpectedProposalStateError,
  RuleOutOfBoundsError,
  TimelockInsufficientDelayError,
  TimelockInvalidOperationLengthError,
  TimelockUnauthorizedCallerError,
  TimelockUnexecutedPredecessorError,
  TimelockUnexpectedOperationStateError,
} from './errors/governanceErrors.ts'
export {
  BadDeadlineError,
  BadDeterminismError,
  BadMaturityError,
  BadSignatureError,
  BadSlaError,
  BeyondOfferError,
  DealClosedError,
  DealNotExpiredError,
  NotAppealsError,
  NotOrderSignerError,
  NotReplicableError,
  NotWorkError,
  OrderConsumedError,
  OrderExpiredError,
  PriceAboveError,
  PricingFailedError,
  RequirementsNotMetError,
  RestrictedError,
  SlotsTooFarError,
  StakeExceededError,
  TaskAlreadySettledError,
  TaskOutOfRangeError,
  TooLittleTimeError,
  TooSlowError,
  UnboundedStakeError,
  UnknownDealError,
  WrongAdError,
  WrongAppError,
  WrongDatasetError,
  ZeroVolumeError,
} from './errors/marketErrors.ts'
export {
  NotGovernorError,
  OutOfBoundsError,
  UnknownParameterError,
} from './errors/parametersErrors.ts'
export {
  AssetExistsError,
  ERC721IncorrectOwnerError,
  ERC721InsufficientApprovalError,
  ERC721InvalidApproverError,
  ERC721InvalidOperatorError,
  ERC721InvalidOwnerError,
  ERC721InvalidReceiverError,
  ERC721InvalidSenderError,
  ERC721NonexistentTokenError,
  NotAssetOwnerError,
  UnknownAssetError,
  WrongKindError,
} from './errors/registryErrors.ts'
export { ChainMismatchError, ChainUnreachableError, RpcFailedError } from './errors/rpcErrors.ts'
export {
  BondFrozenError,
  BondTooLargeError,
  BondTooSmallError,
  NoBondError,
  NotAuthorisedCallerError,
  UnbondingPendingError,
  UnbondNotRequestedError,
  WorkerUnbondingError,
} from './errors/standingErrors.ts'
export {
  CheckpointUnorderedInsertionError,
  ECDSAInvalidSignatureError,
  ECDSAInvalidSignatureLengthError,
  ECDSAInvalidSignatureSError,
  ERC20ExceededSafeSupplyError,
  ERC20InsufficientAllowanceError,
  ERC20InsufficientBalanceError,
  ERC20InvalidApproverError,
  ERC20InvalidReceiverError,
  ERC20InvalidSenderError,
  ERC20InvalidSpenderError,
  ERC2612ExpiredSignatureError,
  ERC2612InvalidSignerError,
  ERC5805FutureLookupError,
  ERC6372InconsistentClockError,
  InvalidAccountNonceError,
  InvalidShortStringError,
  SafeCastOverflowedUintDowncastError,
  StringTooLongError,
  VotesExpiredSignatureError,
} from './errors/tokenErrors.ts'
export {
  BadEncodingError,
  BadSealError,
  BadSlotError,
  BatchNotCommittedError,
  CommittedTooLateError,
  DigestsNotAscendingError,
  EmptyBatchError,
  NonceUsedError,
  NotCredibleError,
  NotOperatorError,
  OneDigestExpectedError,
  RootMismatchError,
  SettleWindowClosedError,
  SlotCoveredTwiceError,
  SlotNotCoveredError,
  SlotsNotAscendingError,
  TrustRequiredError,
  WorkerBannedError,
  WorkerNotBondedError,
  WorkersNotAscendingError,
  WrongPoolError,
} from './errors/workErrors.ts'
export {
  type ChainEvent,
  type ChainEventArgs,
  type ChainEventName,
  isEvent,
} from './events/chainEvent.ts'
export {
  type ChainBlock,
  type Cursor,
  ReorgTooDeepError,
  type WatchEventsParameters,
  watchEvents,
} from './events/watchEvents.ts'
export { describeCall } from './governance/describeCall.ts'
export {
  acceptGovernorCall,
  approveCodeCall,
  encodeCall,
  revokeCodeCall,
  setParameterCall,
} from './governance/encodeCall.ts'
export { handOverParameters } from './governance/handOverParameters.ts'
export { ProposalLostError, passProposal } from './governance/passProposal.ts'
export {
  type ProposalState,
  type Proposed,
  type ProposedCall,
  proposalIdOf,
} from './governance/proposal.ts'
export { memoryOutboxStore } from './outbox/memoryOutboxStore.ts'
export type { SendOptions } from './outbox/outbox.ts'
export type { OutboxSettings } from './outbox/outboxContext.ts'
export {
  InsufficientGasError,
  TransactionFailedError,
  TransactionRefusedError,
} from './outbox/outboxErrors.ts'
export type { Form, Intent, OutboxRow, OutboxStore, OutboxWriter } from './outbox/outboxStore.ts'
export { type Account, readAccount } from './queries/readAccount.ts'
export {
  APPEAL_STATUSES,
  type AppealState,
  type AppealStatus,
  type JuryState,
  readAppeal,
  readChanceBlock,
  readJuries,
} from './queries/readAppeal.ts'
export { type Asset, readAsset } from './queries/readAsset.ts'
export { readBatch } from './queries/readBatch.ts'
export { type ReadBatchFactsParameters, readBatchFacts } from './queries/readBatchFacts.ts'
export { readBatchVotes } from './queries/readBatchVotes.ts'
export { type CatalogCode, type CodeStatus, readCatalog } from './queries/readCatalog.ts'
export { readConsumed } from './queries/readConsumed.ts'
export type { QueryOptions } from './queries/readContract.ts'
export { type Deal, type DealStatus, readDeal } from './queries/readDeal.ts'
export { type DeliveryState, readDelivery } from './queries/readDelivery.ts'
export { type EventInBlock, type ReadEventsParameters, readEvents } from './queries/readEvents.ts'
export { readExposure } from './queries/readExposure.ts'
export { readGasBalance } from './queries/readGasBalance.ts'
export { type Governance, readGovernance } from './queries/readGovernance.ts'
export { readMembership } from './queries/readMembership.ts'
export { readOdds } from './queries/readOdds.ts'
export { readOperator } from './queries/readOperator.ts'
export { type Parameters, readParameters } from './queries/readParameters.ts'
export { type ProposalStanding, readProposal } from './queries/readProposal.ts'
export { type Proposal, readProposals } from './queries/readProposals.ts'
export {
  bagOfLog,
  DAPP_TOPICS,
  type PlainLog,
  readRequest,
  requestOfLog,
} from './queries/readRequest.ts'
export { readRevealWindow } from './queries/readRevealWindow.ts'
export {
  readFileSale,
  readServiceOfferId,
  readServiceSale,
  type SaleState,
} from './queries/readSale.ts'
export { readSeat, type SeatState } from './queries/readSeat.ts'
export { type ReadSettlementParameters, readSettlement } from './queries/readSettlement.ts'
export { readStanding, type Standing } from './queries/readStanding.ts'
export { readTaskSettled } from './queries/readTaskSettled.ts'
export { readTokenAllowance } from './queries/readTokenAllowance.ts'
export { readTokenBalance } from './queries/readTokenBalance.ts'
export { readVotes } from './queries/readVotes.ts'
export {
  type SimulatedAnswer,
  type SimulatedBlock,
  type SimulatedCall,
  simulateCalls,
} from './queries/simulateCalls.ts'
export { verifySettledResult } from './queries/verifySettledResult.ts'
export { verifySignature } from './queries/verifySignature.ts'
export { readReceipt } from './receipts/readReceipt.ts'
export type { Receipt } from './receipts/receipt.ts'
export {
  type WaitForReceiptOptions,
  waitForReceipt,
  waitForSuccess,
} from './receipts/waitForReceipt.ts'
export { marketDomain, workDomain } from './signing/domains.ts'
export { signOrder } from './signing/signOrder.ts'
export { signSeal } from './signing/signSeal.ts'
export { recoverTyped, signTyped, type TypedData } from './signing/signTyped.ts'
