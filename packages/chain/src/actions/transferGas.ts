import type { Address, TxHash, Wei } from '@millrace/base'
import type { WriteClient } from '../client/writeClient.ts'
import type { SendOptions } from '../outbox/outbox.ts'

export type TransferGasParameters = { to: Address; amount: Wei }

/** Sends the chain's own coin, with which gas is paid. */
export function transferGas(
  client: WriteClient,
  { to, amount }: TransferGasParameters,
  options?: SendOptions,
): Promise<TxHash> {
  return client.send({ to, data: '0x', value: amount, label: 'transferGas' }, options)
}
