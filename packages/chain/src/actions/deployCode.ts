import {
  type Address,
  address,
  type Hex,
  type Hex32,
  type TxHash,
  ZERO_HEX32,
} from '@millrace/base'
import { concatHex, encodeAbiParameters, getCreate2Address, keccak256 } from 'viem'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'
import { writeContract } from './writeContract.ts'

export type DeployCodeParameters = {
  /** Without constructor arguments; its hash is what was approved. */
  creationCode: Hex
  /** ABI-encoded constructor arguments; none by default. */
  arguments?: Hex
  /** Tells contracts of equal code and arguments apart; zero by default. */
  salt?: Hex32
}

export type DeployCodeResult = {
  /** Known before the transaction is mined: it follows from sender, code, arguments and salt. */
  deployed: Address
  txHash: TxHash
}

/**
 * Deploys approved code from the catalogue. The constructor sees the catalogue as its sender.
 *
 * @throws {CodeNotApprovedError} `CODE_NOT_APPROVED`
 * @throws {AlreadyDeployedError} `ALREADY_DEPLOYED`
 * @see contracts/src/interfaces/ICatalog.sol deployCode
 */
export async function deployCode(
  client: WriteClient,
  { creationCode, arguments: encoded = '0x' as Hex, salt = ZERO_HEX32 }: DeployCodeParameters,
  options?: SendOptions,
): Promise<DeployCodeResult> {
  const args = [creationCode, encoded, salt] as const
  const call = { contract: 'catalog', functionName: 'deployCode', args } as const
  const ownSalt = keccak256(
    encodeAbiParameters([{ type: 'address' }, { type: 'bytes32' }], [client.address, salt]),
  )
  const deployed = getCreate2Address({
    from: client.contracts.catalog,
    salt: ownSalt,
    bytecode: concatHex([creationCode, encoded]),
  })
  return { deployed: address(deployed), txHash: await writeContract(client, call, options) }
}
