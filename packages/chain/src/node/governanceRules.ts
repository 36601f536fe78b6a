import { type Seconds, seconds, type Wei, wei } from '@millrace/base'

/** How token holders decide; fixed bounds are in contracts/src/MillraceGovernor.sol and Timelock.sol. */
export type GovernanceRules = {
  /** Between a proposal and its vote. Never gets shorter than it began. */
  delaySec: Seconds
  /** Length of a vote. Never gets shorter than it began. */
  periodSec: Seconds
  /** A vote that reaches its quorum late goes on for so long from then. */
  extensionSec: Seconds
  /** Votes that a proposer must have; at most a hundredth of all tokens. */
  threshold: Wei
  /** Share of all tokens that must vote for or abstain, 1 to 50. */
  quorumPercent: number
  /** Between a vote and what it decided. Never gets shorter than it began. */
  timelockSec: Seconds
  /** How long a code can be looked at before it may be approved. Never changes. */
  reviewSec: Seconds
}

const DAY_SEC = 86_400

/** For a network of strangers: who disagrees has two days to withdraw. */
export const PUBLIC_RULES: GovernanceRules = {
  delaySec: seconds(DAY_SEC),
  periodSec: seconds(7 * DAY_SEC),
  extensionSec: seconds(2 * DAY_SEC),
  threshold: wei(10n ** 24n),
  quorumPercent: 4,
  timelockSec: seconds(2 * DAY_SEC),
  reviewSec: seconds(14 * DAY_SEC),
}

/** For a cloud on one machine: the same steps, in the time that it takes to type them. */
export const LOCAL_RULES: GovernanceRules = {
  delaySec: seconds(0),
  periodSec: seconds(30),
  extensionSec: seconds(0),
  threshold: wei(0n),
  quorumPercent: 4,
  timelockSec: seconds(5),
  reviewSec: seconds(10),
}
