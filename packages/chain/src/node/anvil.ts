import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@millrace/base'
import { anvilProgram } from './anvilProgram.ts'
import { BLOCK_GAS, type ChainGenesis, genesisFile, writeDurably } from './chainDir.ts'
import { ChainStartFailedError } from './chainNodeErrors.ts'
import { type GuardedProcess, processStart, spawnGuarded } from './guardedProcess.ts'
import { connectIpc, type IpcRpc } from './ipcRpc.ts'

/** The EVM: anvil, mining only when told to, which makes it deterministic. */
export type Anvil = {
  rpc: IpcRpc
  /** Resolves when it ended, for whatever reason. */
  exited: GuardedProcess['exited']
  stop(): Promise<void>
}

const RECORD = 'anvil.json'
const START_LIMIT_MS = 15_000
// Same flags, same blocks: a change here needs a new chain, or old logs cannot be replayed.
const FLAGS = [
  ...['--accounts', '0', '--no-mining', '--order', 'fifo', '--hardfork', 'osaka'],
  ...['--gas-limit', String(BLOCK_GAS), '--enable-tx-gas-limit', '--disable-min-priority-fee'],
  ...['--prune-history', '16', '--slots-in-an-epoch', '1', '--disable-console-log'],
  // Its own port cannot be turned off; a browser at least may not use it.
  ...['--host', '127.0.0.1', '--port', '0', '--no-cors', '--quiet'],
]

/** Starts anvil for the chain in `dir`, whose lock the caller holds, at genesis or at a snapshot. */
export async function startAnvil(
  dir: string,
  {
    genesis,
    faucet,
    stateJson,
    clock,
  }: { genesis: ChainGenesis; faucet: string; stateJson: Buffer | undefined; clock: Clock },
): Promise<Anvil> {
  removeOrphan(dir)
  // Socket paths are limited to about 100 bytes, which a folder deep in a home may exceed.
  const socketDir = mkdtempSync(join(tmpdir(), 'millrace-'))
  const startFile = join(socketDir, 'start.json')
  writeFileSync(startFile, stateJson ?? JSON.stringify(genesisFile(genesis, faucet)), {
    mode: 0o600,
  })
  const start = [stateJson === undefined ? '--init' : '--load-state', startFile]
  const socket = join(socketDir, 'anvil.ipc')
  const identity = ['--chain-id', String(genesis.chainId), '--ipc', socket]
  const child = spawnGuarded(anvilProgram(), [...FLAGS, ...identity, ...start])
  writeDurably(
    join(dir, RECORD),
    JSON.stringify({ pid: child.pid, started: processStart(child.pid), socketDir }),
  )
  const stop = async () => {
    child.kill()
    await child.exited
    rmSync(socketDir, { recursive: true, force: true })
    rmSync(join(dir, RECORD), { force: true })
  }
  try {
    const rpc = await connect({ child, socket, clock })
    rmSync(startFile)
    return { rpc, exited: child.exited, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function connect({
  child,
  socket,
  clock,
}: {
  child: GuardedProcess
  socket: string
  clock: Clock
}): Promise<IpcRpc> {
  let ended: { how: string; said: string } | undefined
  void child.exited.then((end) => {
    ended = end
  })
  const giveUpMs = clock.nowMs() + START_LIMIT_MS
  while (ended === undefined && clock.nowMs() < giveUpMs) {
    if (existsSync(socket)) {
      const rpc = await connectIpc(socket, child.kill).catch(() => undefined)
      if (rpc !== undefined) return rpc
    }
    await clock.sleep(3)
  }
  const reason = ended ? `anvil ended (${ended.how}). ${ended.said}` : 'anvil does not answer.'
  throw new ChainStartFailedError({ reason })
}

/** The guard kills anvil with its parent; where that failed, its record finds it. */
function removeOrphan(dir: string): void {
  const file = join(dir, RECORD)
  if (!existsSync(file)) return
  try {
    const { pid, started, socketDir } = JSON.parse(readFileSync(file, 'utf8'))
    if (started !== undefined && processStart(pid) === started) process.kill(pid, 'SIGKILL')
    if (/[\\/]millrace-[^\\/]+$/.test(socketDir))
      rmSync(socketDir, { recursive: true, force: true })
  } catch {
    // Half a record, or a process that ended meanwhile: nothing to remove.
  }
}
