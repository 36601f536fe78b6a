import {
  appealsAbi,
  catalogAbi,
  claimsAbi,
  classAdsAbi,
  commitRevealSourceAbi,
  deliveriesAbi,
  escrowAbi,
  fairExchangeAbi,
  jurorsAbi,
  marketAbi,
  millraceGovernorAbi,
  parametersAbi,
  prevrandaoSourceAbi,
  registryAbi,
  revealsAbi,
  servicesAbi,
  spotChecksAbi,
  standingAbi,
  timelockAbi,
  tokenAbi,
  workAbi,
} from '@millrace/abi'
import { type Address, ZERO_ADDRESS } from '@millrace/base'

/** ABI of each contract by the name used all over this package. */
export const ABIS = {
  token: tokenAbi,
  escrow: escrowAbi,
  registry: registryAbi,
  market: marketAbi,
  work: workAbi,
  standing: standingAbi,
  parameters: parametersAbi,
  timelock: timelockAbi,
  governor: millraceGovernorAbi,
  catalog: catalogAbi,
  fairExchange: fairExchangeAbi,
  services: servicesAbi,
  classAds: classAdsAbi,
  jurors: jurorsAbi,
  prevrandaoSource: prevrandaoSourceAbi,
  commitRevealSource: commitRevealSourceAbi,
  appeals: appealsAbi,
  spotChecks: spotChecksAbi,
  reveals: revealsAbi,
  claims: claimsAbi,
  deliveries: deliveriesAbi,
} as const

export type ContractName = keyof typeof ABIS

/** Where a set of contracts lives; one set works together and is never mixed with another. */
export type ContractAddresses = Readonly<Record<ContractName, Address>>

export const CONTRACT_NAMES = Object.keys(ABIS) as ContractName[]

/** For clients that are used before there are contracts, or without any. */
export const NO_CONTRACTS = Object.fromEntries(
  CONTRACT_NAMES.map((name) => [name, ZERO_ADDRESS]),
) as ContractAddresses
