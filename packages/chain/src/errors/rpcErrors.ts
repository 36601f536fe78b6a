import { BaseError, type Hex } from '@millrace/base'

/** The chain's node does not answer; it may be starting, so waits and retries are right. */
export class ChainUnreachableError extends BaseError {
  readonly code = 'CHAIN_UNREACHABLE'
  override readonly retryable = true
  constructor({ url, cause }: { url: string; cause?: unknown }) {
    super(`The chain node at ${withoutSecrets(url)} does not answer.`, {
      meta: { url: withoutSecrets(url) },
      hints: [
        'Is the node running? `npx millrace chain status` shows it.',
        'Is the address right? It is `rpcUrl` in the configuration.',
      ],
      docs: 'chain-unreachable',
      cause,
    })
  }
}

/** The node answered with an error that is not a contract's. */
export class RpcFailedError extends BaseError {
  readonly code = 'RPC_FAILED'
  readonly rpcCode: number
  readonly rpcMessage: string
  /** Revert data, when the node sent some. */
  readonly data: Hex | undefined
  constructor({
    method,
    rpcCode,
    rpcMessage,
    data,
  }: {
    method: string
    rpcCode: number
    rpcMessage: string
    data?: Hex | undefined
  }) {
    super(`The chain node refused ${method}: ${rpcMessage.slice(0, 300)}`, {
      meta: { method, rpcCode, rpcMessage: rpcMessage.slice(0, 300) },
      docs: 'rpc-failed',
    })
    this.rpcCode = rpcCode
    this.rpcMessage = rpcMessage
    this.data = data
  }
}

/** The node is on another chain than the contracts. */
export class ChainMismatchError extends BaseError {
  readonly code = 'CHAIN_MISMATCH'
  constructor({ url, expected, found }: { url: string; expected: number; found: number }) {
    super(
      `The node at ${withoutSecrets(url)} is on chain ${found}, but chain ${expected} was expected.`,
      {
        meta: { url: withoutSecrets(url), expected, found },
        hints: [`Point rpcUrl at a node of chain ${expected}, or set chainId to ${found}.`],
        docs: 'chain-mismatch',
      },
    )
  }
}

/** Paths and queries of RPC addresses often hold API keys. */
function withoutSecrets(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url.slice(0, 80)
}
