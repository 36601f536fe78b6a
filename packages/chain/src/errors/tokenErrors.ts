import { contractErrorClass, showTime } from './contractError.ts'

// Errors of the token, which is OpenZeppelin's ERC-20 with permit and votes.

export const ERC20InsufficientBalanceError = contractErrorClass(
  'ERC20InsufficientBalance',
  ({ sender, balance, needed }) =>
    `The wallet of ${sender} holds ${balance} base units of the token, but ${needed} are needed.`,
  'Get tokens first; on the local cloud `npx millrace wallet fund` gives some.',
)

export const ERC20InsufficientAllowanceError = contractErrorClass(
  'ERC20InsufficientAllowance',
  ({ spender, allowance, needed }) =>
    `${spender} may move ${allowance} base units of the sender's tokens, but ${needed} are needed.`,
  'Approve it for the amount first.',
)

export const ERC20ExceededSafeSupplyError = contractErrorClass(
  'ERC20ExceededSafeSupply',
  ({ increasedSupply, cap }) =>
    `There would be ${increasedSupply} base units of the token, more than votes can count: ${cap}.`,
)

export const ERC20InvalidApproverError = contractErrorClass(
  'ERC20InvalidApprover',
  ({ approver }) => `${approver} cannot approve others for tokens.`,
)

export const ERC20InvalidReceiverError = contractErrorClass(
  'ERC20InvalidReceiver',
  ({ receiver }) => `${receiver} cannot receive tokens.`,
)

export const ERC20InvalidSenderError = contractErrorClass(
  'ERC20InvalidSender',
  ({ sender }) => `${sender} cannot send tokens.`,
)

export const ERC20InvalidSpenderError = contractErrorClass(
  'ERC20InvalidSpender',
  ({ spender }) => `${spender} cannot be approved for tokens.`,
)

export const ERC2612ExpiredSignatureError = contractErrorClass(
  'ERC2612ExpiredSignature',
  ({ deadline }) => `The signed permit was valid until ${showTime(Number(deadline))}.`,
  'Sign a new one.',
)

export const ERC2612InvalidSignerError = contractErrorClass(
  'ERC2612InvalidSigner',
  ({ signer, owner }) => `The permit of ${owner} was signed by ${signer}, or over other values.`,
  'Was another permit of the same account used meanwhile? Then its nonce is used up: sign again.',
)

export const ERC5805FutureLookupError = contractErrorClass(
  'ERC5805FutureLookup',
  ({ timepoint, clock }) => `Votes at ${timepoint} are not known yet; it is ${clock} now.`,
)

export const ERC6372InconsistentClockError = contractErrorClass(
  'ERC6372InconsistentClock',
  () => "The token's clock was changed and contradicts itself.",
)

export const VotesExpiredSignatureError = contractErrorClass(
  'VotesExpiredSignature',
  ({ expiry }) => `The signed delegation was valid until ${showTime(Number(expiry))}.`,
  'Sign a new one.',
)

export const CheckpointUnorderedInsertionError = contractErrorClass(
  'CheckpointUnorderedInsertion',
  () => 'A count of votes was to be written for a time before the last one.',
)

export const InvalidAccountNonceError = contractErrorClass(
  'InvalidAccountNonce',
  ({ account, currentNonce }) =>
    `The next signature of ${account} must carry the number ${currentNonce}.`,
  'Sign again with this number.',
)

export const ECDSAInvalidSignatureError = contractErrorClass(
  'ECDSAInvalidSignature',
  () => 'The signature is of nobody.',
)

export const ECDSAInvalidSignatureLengthError = contractErrorClass(
  'ECDSAInvalidSignatureLength',
  ({ length }) => `The signature has ${length} bytes, but must have 65.`,
)

export const ECDSAInvalidSignatureSError = contractErrorClass(
  'ECDSAInvalidSignatureS',
  ({ s }) => `The signature's part s is ${s}, which is in the upper half and not accepted.`,
  'Sign with a library that makes canonical signatures, as all common ones do.',
)

export const InvalidShortStringError = contractErrorClass(
  'InvalidShortString',
  () => 'A name stored in the token is damaged.',
)

export const StringTooLongError = contractErrorClass(
  'StringTooLong',
  ({ str }) => `The name ${JSON.stringify(str)} is longer than 31 bytes.`,
)

export const SafeCastOverflowedUintDowncastError = contractErrorClass(
  'SafeCastOverflowedUintDowncast',
  ({ bits, value }) => `The value ${value} does not fit into ${bits} bits.`,
)
