// node heartbeats.ts URL COUNT CHAIN_ID WORK: workers of a session each, which only say that they live.
// Prints a line when all are welcome; ends with its standard input.
import { type Address, address, every, systemClock, toJson } from '@millrace/base'
import { signTyped } from '@millrace/chain'
import { sessionTypedData, type WorkerMessage, zPoolMessage } from '@millrace/wire'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { WebSocket } from 'ws'

const [url = '', count = '', chainId = '', work = ''] = process.argv.slice(2)
const domain = { chainId: Number(chainId), verifyingContract: work as Address }
const { signal } = new AbortController()
/** Openings under way at once; each waits for two signatures at the pool. */
const LANES = 64

async function openSession(): Promise<void> {
  const account = privateKeyToAccount(generatePrivateKey())
  const worker = address(account.address)
  const socket = new WebSocket(`${url.replace('http', 'ws')}/session`)
  const say = (message: WorkerMessage): void => socket.send(toJson(message))
  const welcome = Promise.withResolvers<number>()
  socket.on('error', welcome.reject)
  socket.on('close', (code) => welcome.reject(new Error(`the session ended with ${code}`)))
  socket.on('open', () => say({ type: 'hello', version: 1, worker, owner: worker, agent: 'bench' }))
  socket.on('message', async (data) => {
    const message = zPoolMessage.parse(JSON.parse(String(data)))
    if (message.type === 'challenge') {
      const { challenge, pool } = message
      const proof = sessionTypedData({ pool, worker, challenge }, domain)
      say({ type: 'prove', signature: await signTyped(account, proof) })
    }
    if (message.type === 'welcome') welcome.resolve(message.heartbeatSec)
  })
  const heartbeatSec = await welcome.promise
  const machine = { slots: 2, memoryMiB: 1024, diskMiB: 1024, fuelPerSec: 1e9, arch: 'bench' }
  say({
    type: 'advertise',
    advertisement: { ...machine, runtimes: [], layers: [] },
    executions: [],
  })
  const beat = async () => say({ type: 'heartbeat', running: [], freeSlots: 2 })
  const onError = (error: unknown) => process.stderr.write(`${String(error)}\n`)
  void every({ clock: systemClock, signal, periodMs: heartbeatSec * 1000, onError }, beat)
}

let left = Number(count)
await Promise.all(
  Array.from({ length: LANES }, async () => {
    while (left-- > 0) await openSession()
  }),
)
process.stdout.write('welcome\n')
process.stdin.resume().on('end', () => process.exit(0))
