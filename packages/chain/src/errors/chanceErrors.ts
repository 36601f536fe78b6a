import { contractErrorClass, showTime } from './contractError.ts'

const NotAskedError = contractErrorClass(
  'NotAsked',
  ({ key }) => `Nobody has asked for chance under ${key}.`,
  'Take the key of a jury that was asked for; keyOf of the source makes it.',
)

const NotCommitTimeError = contractErrorClass(
  'NotCommitTime',
  ({ key, until, nowAt }) =>
    `Secrets for ${key} could be committed until ${showTime(until)}; it is ${showTime(nowAt)}.`,
)

const NotRevealTimeError = contractErrorClass(
  'NotRevealTime',
  ({ key, from, until, nowAt }) =>
    `Secrets for ${key} are revealed after ${showTime(from)} and until ${showTime(until)}; it is ${showTime(nowAt)}.`,
)

const SecretMissingError = contractErrorClass(
  'SecretMissing',
  ({ key, candidate }) => `${candidate} has no secret for ${key} that is not revealed yet.`,
  'Commit to a secret other than zero first.',
)

const SecretPresentError = contractErrorClass(
  'SecretPresent',
  ({ key, candidate }) => `${candidate} has committed to a secret for ${key} before.`,
)

const BadSecretError = contractErrorClass(
  'BadSecret',
  ({ key, candidate, computed, commitment }) =>
    `The secret of ${candidate} for ${key} gives ${computed}, but it committed to ${commitment}.`,
  'Show the secret as it was; the commitment is keccak256(abi.encode(key, candidate, secret)).',
)

const RevealsPendingError = contractErrorClass(
  'RevealsPending',
  ({ key, until }) => `Secrets for ${key} can be revealed until ${showTime(until)}.`,
)

/** Errors of the source of chance that takes secrets. */
export const CHANCE_ERRORS = [
  NotAskedError,
  NotCommitTimeError,
  NotRevealTimeError,
  SecretMissingError,
  SecretPresentError,
  BadSecretError,
  RevealsPendingError,
] as const
