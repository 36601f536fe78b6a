import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { systemClock, wei } from '@millrace/base'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, expect, it } from 'vitest'
import { depositFor } from '../actions/depositFor.ts'
import { transferGas } from '../actions/transferGas.ts'
import { createReadClient } from '../client/readClient.ts'
import { readAccount } from '../queries/readAccount.ts'
import { waitForSuccess } from '../receipts/waitForReceipt.ts'
import { aLocalChain } from './aLocalChain.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

// Withdraws one unit 40 times, each under an id of its own, and says which it was told are sent.
const PROGRAM = `
  const [node, index, url, contracts, key, file] = process.argv.slice(1)
  const { sqliteOutboxStore } = await import(node)
  const { createWriteClient, withdraw } = await import(index)
  const { privateKeyToAccount } = await import(${JSON.stringify(import.meta.resolve('viem/accounts'))})
  const client = createWriteClient({
    rpcUrl: url,
    contracts: JSON.parse(contracts),
    account: privateKeyToAccount(key),
    outbox: sqliteOutboxStore(file),
    signal: new AbortController().signal,
  })
  await Promise.all(Array.from({ length: 40 }, async (_, i) => {
    await withdraw(client, { amount: 1n }, { id: 'withdraw ' + i })
    console.log(i)
  }))
`

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

it('a sender that is killed again and again does everything exactly once', async () => {
  const chain = await aLocalChain()
  stops.push(chain.stop)
  const { rpcUrl, contracts, faucet } = chain
  const key = generatePrivateKey()
  const account = privateKeyToAccount(key).address.toLowerCase() as never
  await waitForSuccess(faucet, await depositFor(faucet, { account, amount: wei(100n) }))
  await waitForSuccess(faucet, await transferGas(faucet, { to: account, amount: wei(10n ** 18n) }))

  const modules = ['index.ts', '../index.ts'].map((path) => new URL(path, import.meta.url).href)
  const file = join(chain.dir, 'outbox.db')
  const args = [...modules, rpcUrl, JSON.stringify(contracts), key, file]
  const start = () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    stops.push(() => kill(child))
    return child
  }
  // Killed when it has just been told of the first, the second, the third.
  for (let told = 1; told <= 3; told++) {
    const child = start()
    let lines = 0
    for await (const chunk of child.stdout ?? []) {
      lines += String(chunk).split('\n').length - 1
      if (lines >= told) break
    }
    await systemClock.sleep(told)
    await kill(child)
  }
  // The last one ends by itself: nothing is left to look after.
  expect(await once(start(), 'exit')).toEqual([0, null])
  const client = createReadClient({ rpcUrl, contracts })
  expect((await readAccount(client, account)).free).toBe(60n)
  expect(await client.rpc('eth_getTransactionCount', [account, 'latest'])).toBe('0x28')
})
