import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { privateKeyToAccount } from 'viem/accounts'
import { type PreparedChain, prepareChain } from './localChain.ts'

/** A chain that can be made to forget its last blocks. */
export type ReorgChain = PreparedChain & {
  /** Replaces the last `depth` blocks by as many empty ones. */
  reorg(depth: number): Promise<void>
  /** Mines an empty block. */
  mine(): Promise<void>
  stop(): Promise<void>
}

/** First account of anvil's well-known test mnemonic; it is worth nothing anywhere. */
const RICH = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

/**
 * Starts a bare anvil with the contracts deployed. The embedded node cannot be used to test what
 * consumers do about reorganisations: its blocks are final and it serves no method that changes them.
 */
export async function startReorgChain(): Promise<ReorgChain> {
  const launcher = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const program = `@foundry-rs/anvil-${process.platform}-${cpu}/bin/anvil`
  const path = createRequire(launcher).resolve(program)
  const child = spawn(path, ['--host', '127.0.0.1', '--port', '0', '--hardfork', 'osaka'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const killNow = () => child.kill('SIGKILL')
  process.once('exit', killNow)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stopping = new AbortController()
  const port = await portOf(child.stdout)
  const node = {
    rpcUrl: `http://127.0.0.1:${port}`,
    chainId: 31_337,
    faucet: privateKeyToAccount(RICH),
  }
  const chain = await prepareChain(node, stopping.signal)
  const { rpc } = chain.read
  return {
    ...chain,
    reorg: async (depth) => void (await rpc('anvil_reorg', [depth, []])),
    mine: async () => void (await rpc('anvil_mine', ['0x1'])),
    stop: async () => {
      stopping.abort()
      process.off('exit', killNow)
      killNow()
      await exited
    },
  }
}

/** Reads on after it has found the port: a pipe that nobody reads would stop anvil. */
function portOf(output: Readable): Promise<number> {
  let text = ''
  return new Promise((resolve, reject) => {
    output.on('data', (part: Uint8Array) => {
      if (text.length < 100_000) text += new TextDecoder().decode(part)
      const [, port] = /Listening on [\d.]+:(\d+)/.exec(text) ?? []
      if (port !== undefined) resolve(Number(port))
    })
    output.on('end', () => reject(new RangeError('anvil ended before it listened')))
  })
}
