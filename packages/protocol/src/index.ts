export {
  captureChance,
  captureChanceOf,
  choicesOfProposer,
  choicesOfRevealers,
} from './appeal/bias.ts'
export { type Closing, type ClosingFacts, closeAppeal, type Move } from './appeal/closeAppeal.ts'
export { decodeAbsent, decodeWorkers } from './appeal/decodeSettlement.ts'
export { type DrawJuryParameters, drawJury } from './appeal/drawJury.ts'
export { encodeHeader } from './appeal/encodeHeader.ts'
export { appealEvidence, type ResultClaim, type Settlement } from './appeal/evidence.ts'
export {
  claimOfOmission,
  type OmissionClaim,
  type Omitted,
  type Receipt,
} from './appeal/omission.ts'
export {
  APPEAL_STEPS,
  appealBond,
  chanceKeyOf,
  hasVerdict,
  isJurorRight,
  isUpheld,
  JURY_ROUNDS,
  jurorRisk,
  juryBallot,
  juryBallotSalt,
  juryFee,
  juryIdOf,
  MAX_DRAWS,
  MAX_VOTERS,
  seatsOfRound,
  secretCommitment,
  UNABLE,
} from './appeal/rules.ts'
export { answerLeaf, answersRoot, proveAnswer, type SpotAnswer } from './appeal/spotCheck.ts'
export {
  headOfVote,
  type Inclusion,
  proveVote,
  type SettledVoter,
  type VoteProof,
} from './appeal/voteProof.ts'
export { type ArchiveFile, isInnerPath, packArchive, readArchive } from './archive.ts'
export {
  type AbsentWorker,
  type BatchFacts,
  type BatchPart,
  type BatchTask,
  type BatchVote,
  type BatchWorker,
  batchRoot,
  decodeIndexes,
  decodeResults,
  encodeAbsent,
  encodePayees,
  encodeTasks,
  encodeWorkers,
  hashCommit,
  hashFacts,
  resultLeaf,
  sortSeals,
} from './batch.ts'
export {
  type AdNode,
  type BinaryOperator,
  type ClassAd,
  type Expression,
  makeAd,
  type UnaryOperator,
} from './classAd/ast.ts'
export { AdEncodingError, type AdFault } from './classAd/bytecode/adEncodingError.ts'
export { type Cell, type FlatValue, flatValue } from './classAd/bytecode/cell.ts'
export { compileAd, compileProgram } from './classAd/bytecode/compileAd.ts'
export { evaluateProgram, matchesAds } from './classAd/bytecode/evaluateProgram.ts'
export { ClassAdNotOnChainError } from './classAd/bytecode/notOnChainError.ts'
export { readAd } from './classAd/bytecode/readAd.ts'
export { type UnmetRequirement, unmetRequirements } from './classAd/bytecode/unmetRequirements.ts'
export { type ChainAd, NO_AD, toChainAd } from './classAd/chainAd.ts'
export { ClassAdSyntaxError, ClassAdTooLargeError } from './classAd/errors.ts'
export { flatten } from './classAd/flatten.ts'
export {
  type EvaluateContext,
  type EvaluateOptions,
  evaluate,
  type MatchResult,
  matchAds,
  rankOf,
} from './classAd/match.ts'
export { offerAd, requestAd } from './classAd/orderAds.ts'
export { parseAd, parseExpression } from './classAd/parser.ts'
export { printAd, printExpression } from './classAd/printer.ts'
export { printValue } from './classAd/printValue.ts'
export type { Mode } from './classAd/tokens.ts'
export type { Value } from './classAd/value.ts'
export {
  type BatchName,
  commitmentOf,
  hashSeal,
  headOf,
  receiptRoot,
  type Seal,
  saltOf,
  sealLeaf,
  sealTypedData,
  type TaskCommitment,
  tagOf,
} from './commitment.ts'
export {
  coveredOdds,
  credibilityOf,
  groupOdds,
  isCredible,
  ODDS_CAP,
  type Odds,
  oddsOfTrust,
  trustOfOdds,
  WAD,
  workerOdds,
} from './credibility.ts'
export { atStake, DEAL_TERMS_ABI, type DealTerms, dealCost, hashDeal, hashTask } from './deal.ts'
export { type DealEnd, type Delivery, endOfDeal } from './dealEnd.ts'
export { decodeTasks, decodeVotes } from './decodeBatch.ts'
export {
  hashOutputs,
  hashResult,
  type OutputFile,
  RESULT_STATUS,
  type ResultStatus,
  type ResultSummary,
  sortByPath,
} from './digest.ts'
export {
  type ChunkCipher,
  createChunkCipher,
  type SealedChunk,
} from './fairExchange/chunkCipher.ts'
export { type ChunkHasher, createChunkHasher } from './fairExchange/chunkHasher.ts'
export { type ChunkProof, type ComplaintVerdict, judgeComplaint } from './fairExchange/complaint.ts'
export { fileKeyOf, fileKeyTypedData } from './fairExchange/fileKey.ts'
export {
  chunkCount,
  chunkLength,
  type FileKey,
  type FileOffer,
  fileOfferId,
  keyCommitmentOf,
  MAX_CHUNK_BYTES,
  MAX_FILE_BYTES,
} from './fairExchange/fileOffer.ts'
export { createFileTree, type FileTree } from './fairExchange/fileTree.ts'
export { checkMatch } from './match/checkMatch.ts'
export type { Mismatch } from './match/mismatch.ts'
export { type MatchContext, matchableVolume, type OrderSet } from './match/orderSet.ts'
export { serveSlots } from './match/slots.ts'
export {
  type MerkleTree,
  merkleProof,
  merkleRoot,
  merkleTree,
  verifyMerkleProof,
} from './merkle.ts'
export {
  type AppOrder,
  type DatasetOrder,
  DETERMINISM,
  eip712Domain,
  hashAd,
  hashOrder,
  ORDER_TYPES,
  type OrderByKind,
  type OrderKind,
  orderTypedData,
  PLAIN,
  type PoolOrder,
  type ProtocolDomain,
  type RequestOrder,
  type Signed,
} from './orders.ts'
export { type OutputProof, proveOutput } from './outputProof.ts'
export { type OwnPart, type OwnVote, ownPart } from './ownPart.ts'
export type { Relation } from './ranking/promethee.ts'
export {
  OFFER_CRITERIA,
  type OfferCriterion,
  type OfferValues,
  type OfferWeights,
  type RankedOffer,
  rankOffers,
} from './ranking/rankOffers.ts'
export {
  SALE_OUTCOMES,
  SALE_STAGES,
  type SaleOutcome,
  type SaleStage,
  type ServiceOffer,
} from './sales.ts'
export { seedOfTask } from './seed.ts'
export {
  MAX_STDERR_BYTES,
  packResult,
  type RunOutput,
  readResult,
  type Sha256,
  summariseArchive,
  summariseOutput,
} from './summary.ts'
export { isLate, taskDue, taskStart } from './taskTimes.ts'
