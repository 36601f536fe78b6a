import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger, systemClock } from '@millrace/base'
import { workDomain } from '@millrace/chain'
import { startPool } from '@millrace/scheduler'
import { createTestMarket, startTestChain, startTestDatabase } from '@millrace/testing'
import type { Bench } from '../figure.ts'

const HEARTBEATS = path.join(
  import.meta.dirname,
  '../../services/scheduler/src/testing/heartbeats.ts',
)
const SESSIONS = 3000
const SECONDS = 30

/** Per cent of one core that a pool takes to hold so many idle workers with their heartbeats. */
export const workerSessions: Bench = {
  name: 'worker-sessions',
  unit: '% of core',
  bar: { most: 50 },
  slow: true,
  measure: async (log) => {
    const home = await mkdtemp(path.join(tmpdir(), 'millrace-bench-'))
    const [chain, db] = await Promise.all([startTestChain(), startTestDatabase()])
    try {
      return await holdSessions({ home, chain, db, log })
    } finally {
      await Promise.all([chain.stop(), db.stop()])
      await rm(home, { recursive: true, force: true })
    }
  },
}

type Parts = {
  home: string
  chain: Awaited<ReturnType<typeof startTestChain>>
  db: Awaited<ReturnType<typeof startTestDatabase>>
  log: (line: string) => void
}

async function holdSessions({ home, chain, db, log }: Parts): Promise<number> {
  const { pool, poolOwner } = await createTestMarket(chain, {
    nowSec: Math.floor(systemClock.nowMs() / 1000),
  })
  const { rpcUrl, chainId, contracts } = chain
  const stop = new AbortController()
  const { url, closed } = await startPool(
    {
      pool,
      account: poolOwner.account,
      contracts,
      rpcUrl,
      chainId,
      database: await db.connect('pool'),
      home,
      storageUrl: 'http://127.0.0.1:9',
      host: '127.0.0.1',
      port: 0,
    },
    { signal: stop.signal, log: silentLogger },
  )
  const { verifyingContract } = workDomain(chain.read)
  const child = spawn(
    process.execPath,
    [HEARTBEATS, url, `${SESSIONS}`, `${chainId}`, verifyingContract],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  try {
    await Promise.race([once(child.stdout, 'data'), failed(child)])
    log(`${SESSIONS} sessions are open`)
    // Standings are still read from the chain.
    await sleep(10_000)
    const before = process.cpuUsage()
    await sleep(SECONDS * 1000)
    const { user, system } = process.cpuUsage(before)
    const held = await sessionsOf(url)
    if (held !== SESSIONS) throw new Error(`${held} of ${SESSIONS} sessions are left`)
    return ((user + system) / (SECONDS * 1e6)) * 100
  } finally {
    child.stdin.end()
    stop.abort()
    await closed
  }
}

async function sessionsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^millrace_pool_sessions (\d+)/m.exec(text)?.[1])
}

async function failed(child: ReturnType<typeof spawn>): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`the workers ended with ${code}`)
}
