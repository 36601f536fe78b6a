import type { Address, Hex32, TxHash } from '@millrace/base'
import { encodeAbiParameters, keccak256 } from 'viem'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

/** `CodeKind` of contracts/src/types/Code.sol. */
export const CODE_KIND = {
  template: 1,
  pricing: 2,
  group: 3,
  arbiter: 4,
  callback: 5,
} as const
export type CodeKind = keyof typeof CODE_KIND

export type ProposeCodeParameters = {
  kind: CodeKind
  /** keccak256 of the creation code, without constructor arguments. */
  codeHash: Hex32
  /** sha2-256 of the compiler's standard JSON input. */
  source: Hex32
  /** sha2-256 of a UTF-8 text that says what the code is for. */
  description: Hex32
  /** Link to an audit, or empty. */
  audit: string
}

export type ProposeCodeResult = {
  /** What governance approves. */
  codeProposalId: Hex32
  txHash: TxHash
}

/**
 * Asks governance to approve a code for the catalogue, and starts its review.
 *
 * @throws {CodeDecidedError} `CODE_DECIDED`
 * @throws {CodeProposalExistsError} `CODE_PROPOSAL_EXISTS`
 * @throws {ProposalIncompleteError} `PROPOSAL_INCOMPLETE`
 * @see contracts/src/interfaces/ICatalog.sol proposeCode
 */
export async function proposeCode(
  client: WriteClient,
  { kind, ...rest }: ProposeCodeParameters,
  options?: SendOptions,
): Promise<ProposeCodeResult> {
  const proposal = { kind: CODE_KIND[kind], ...rest }
  const call = { contract: 'catalog', functionName: 'proposeCode', args: [proposal] } as const
  return {
    codeProposalId: codeProposalIdOf(client.address, { kind, ...rest }),
    txHash: await writeContract(client, call, options),
  }
}

/** keccak256(abi.encode(proposer, proposal)). */
export function codeProposalIdOf(
  proposer: Address,
  { kind, codeHash, source, description, audit }: ProposeCodeParameters,
): Hex32 {
  const encoded = encodeAbiParameters(
    [
      { type: 'address' },
      {
        type: 'tuple',
        components: [
          { name: 'kind', type: 'uint8' },
          { name: 'codeHash', type: 'bytes32' },
          { name: 'source', type: 'bytes32' },
          { name: 'description', type: 'bytes32' },
          { name: 'audit', type: 'string' },
        ],
      },
    ],
    [proposer, { kind: CODE_KIND[kind], codeHash, source, description, audit }],
  )
  return keccak256(encoded) as Hex32
}
