import { contractErrorClass, shortString, showTime } from './contractError.ts'

export const CodeProposalExistsError = contractErrorClass(
  'CodeProposalExists',
  ({ proposalId }) => `The code proposal ${proposalId} was made before.`,
)

export const UnknownCodeProposalError = contractErrorClass(
  'UnknownCodeProposal',
  ({ proposalId }) => `There is no code proposal ${proposalId}.`,
  '`npx millrace catalogue contracts ls` names them.',
)

export const CodeUnderReviewError = contractErrorClass(
  'CodeUnderReview',
  ({ proposalId, reviewUntil }) =>
    `The code proposal ${proposalId} is under review until ${showTime(reviewUntil)}.`,
  'No vote makes the review shorter; execute the approval after it.',
)

export const CodeDecidedError = contractErrorClass(
  'CodeDecided',
  ({ codeHash, status }) => `The code ${codeHash} is ${showCodeStatus(status)} already.`,
)

export const CodeNotApprovedError = contractErrorClass(
  'CodeNotApproved',
  ({ codeHash, status }) => `The code ${codeHash} is ${showCodeStatus(status)}, not approved.`,
  'Only approved code is deployed from the catalogue, and the same compiler settings are needed to get the same code.',
)

export const AlreadyDeployedError = contractErrorClass(
  'AlreadyDeployed',
  ({ deployed }) => `This contract is at ${deployed} already.`,
  'Choose another salt to deploy it once more.',
)

export const ProposalIncompleteError = contractErrorClass(
  'ProposalIncomplete',
  ({ field }) => `The code proposal has no ${shortString(field)}.`,
)

export const Create2EmptyBytecodeError = contractErrorClass(
  'Create2EmptyBytecode',
  () => 'There is no code to deploy.',
)

export const FailedDeploymentError = contractErrorClass(
  'FailedDeployment',
  () => 'The constructor failed without saying why.',
  'Are the constructor arguments those that the code expects?',
)

export const InsufficientBalanceError = contractErrorClass(
  'InsufficientBalance',
  ({ balance, needed }) => `The contract holds ${balance} wei, but ${needed} are needed.`,
)

const showCodeStatus = (status: number): string =>
  ['undecided', 'approved', 'revoked'][status] ?? `in status ${status}`

export const CATALOG_ERRORS = [
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
]
