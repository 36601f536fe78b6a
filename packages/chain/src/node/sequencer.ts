import { type Clock, createSerialQueue, type Hex, nowSec } from '@millrace/base'
import type { IpcReply, IpcRpc } from './ipcRpc.ts'
import type { Journal } from './journal.ts'
import { createMiner } from './miner.ts'
import { mineBlock, type RpcBlock } from './replayLog.ts'

/** Orders transactions, makes them durable, makes blocks of them. */
export type Sequencer = {
  /** Replies when the transaction is on disk. */
  submit(raw: Hex): Promise<IpcReply>
  /** A read that never shows a block that is not on disk. */
  read(method: string, params: readonly unknown[]): Promise<IpcReply>
  head(): RpcBlock
  /** Waits for what is under way; shortens the log if that saves much of the next start. */
  stop(): Promise<void>
}

export type SequencerDeps = {
  rpc: IpcRpc
  journal: Journal
  head: RpcBlock
  blockMs: number
  clock: Clock
  onBlock: (block: RpcBlock) => void
  onTransaction: (hash: Hex) => void
  /** The node must stop: anvil may hold what the log lacks. */
  onFatal: (error: unknown) => void
}

const MAX_GROUP = 200

type Submission = { raw: Hex; reply: (reply: IpcReply) => void; fail: (error: unknown) => void }

export function createSequencer(deps: SequencerDeps): Sequencer {
  const { rpc, journal, clock } = deps
  const inTurn = createSerialQueue()
  const queue: Submission[] = []
  let head = deps.head
  /** Closed while there is a block that is not on disk. */
  let gate: Promise<void> | undefined
  let submitting = false

  const exclusively = <T>(act: () => Promise<T>): Promise<T> =>
    inTurn(act).catch((error) => {
      deps.onFatal(error)
      throw error
    })

  // 1. anvil accepts, 2. the log is on disk, 3. the sender hears of it. Between 1 and 2 no block can
  // be mined, so a crash there loses only what nobody was told of.
  const submitGroup = async (group: readonly Submission[]): Promise<void> => {
    const sent = group.map(({ raw }) => rpc.request('eth_sendRawTransaction', [raw]))
    const replies = await Promise.all(sent)
    const accepted = replies.flatMap((reply, i) =>
      'result' in reply ? [{ hash: reply.result as Hex, raw: (group[i] as Submission).raw }] : [],
    )
    if (accepted.length > 0) await journal.addTransactions(accepted)
    for (const [i, reply] of replies.entries()) group[i]?.reply(reply)
    for (const { hash } of accepted) deps.onTransaction(hash)
    if (accepted.length > 0) miner.wake()
  }

  const submitQueued = async (): Promise<void> => {
    if (submitting) return
    submitting = true
    while (queue.length > 0) {
      const group = queue.splice(0, MAX_GROUP)
      await exclusively(() => submitGroup(group)).catch((error) => {
        for (const { fail } of group) fail(error)
      })
    }
    submitting = false
  }

  const submit: Sequencer['submit'] = (raw) =>
    new Promise((reply, fail) => {
      queue.push({ raw, reply, fail })
      void submitQueued()
    })

  // 1. reads are held, 2. anvil mines, 3. the log is on disk, 4. reads go on and heads are
  // announced. A crash before 3 loses a block that nobody saw; its transactions are in the log.
  const mine = async (): Promise<number | undefined> => {
    const { pending } = await rpc.call<{ pending: Hex }>('txpool_status')
    if (Number(pending) === 0) return undefined
    const { promise, resolve: open } = Promise.withResolvers<void>()
    gate = promise
    try {
      const timestamp = Math.max(Number(head.timestamp), nowSec(clock))
      // Lets the next block be earlier than anvil's own clock, should this machine's be set back.
      await rpc.call('evm_setTime', timestamp)
      const block = await mineBlock(rpc, timestamp)
      await journal.addBlock(block)
      head = block
    } finally {
      gate = undefined
      open()
    }
    deps.onBlock(head)
    await journal.shorten(head, 'usual')
    return head.transactions.length
  }

  const miner = createMiner({ blockMs: deps.blockMs, clock, mine: () => exclusively(mine) })
  // What a restart found in the log.
  miner.wake()

  const read: Sequencer['read'] = async (method, params) => {
    while (gate !== undefined) await gate
    const reply = await rpc.request(method, params)
    // The answer may tell of a block that was mined meanwhile and is not on disk yet.
    while (gate !== undefined) await gate
    return reply
  }

  const stop = async (): Promise<void> => {
    miner.stop()
    await inTurn(() => journal.shorten(head, 'stopping'))
    journal.close()
  }

  return { submit, read, head: () => head, stop }
}
