import type { Hex, Hex32 } from '@millrace/base'
import { type EncodeFunctionDataParameters, encodeFunctionData, stringToHex } from 'viem'
import type { WriteContractParameters, WriteFunction } from '../actions/writeContract.ts'
import { ABIS, type ContractAddresses, type ContractName } from '../client/contracts.ts'
import type { Parameters } from '../queries/readParameters.ts'
import type { ProposedCall } from './proposal.ts'

/** A call of one of our contracts, to be proposed. */
export function encodeCall<C extends ContractName, F extends WriteFunction<C>>(
  contracts: ContractAddresses,
  { contract, functionName, args }: WriteContractParameters<C, F>,
): ProposedCall {
  const call = { abi: ABIS[contract], functionName, args }
  const data = encodeFunctionData(call as unknown as EncodeFunctionDataParameters) as Hex
  return { to: contracts[contract], value: 0n, data }
}

/** Sets a parameter. @see contracts/src/interfaces/IParameters.sol set */
export function setParameterCall(
  contracts: ContractAddresses,
  { name, value }: { name: keyof Parameters; value: bigint | number },
): ProposedCall {
  const args = [stringToHex(name, { size: 32 }), BigInt(value)] as const
  return encodeCall(contracts, { contract: 'parameters', functionName: 'set', args })
}

/** Makes the timelock the governor of the parameters, once it was offered the place. */
export function acceptGovernorCall(contracts: ContractAddresses): ProposedCall {
  return encodeCall(contracts, { contract: 'parameters', functionName: 'acceptGovernor', args: [] })
}

/** Lets a code be deployed from the catalogue. @see contracts/src/interfaces/ICatalog.sol approveCode */
export function approveCodeCall(contracts: ContractAddresses, proposalId: Hex32): ProposedCall {
  const args = [proposalId] as const
  return encodeCall(contracts, { contract: 'catalog', functionName: 'approveCode', args })
}

/** @see contracts/src/interfaces/ICatalog.sol revokeCode */
export function revokeCodeCall(
  contracts: ContractAddresses,
  { codeHash, reason }: { codeHash: Hex32; reason: Hex32 },
): ProposedCall {
  const args = [codeHash, reason] as const
  return encodeCall(contracts, { contract: 'catalog', functionName: 'revokeCode', args })
}
