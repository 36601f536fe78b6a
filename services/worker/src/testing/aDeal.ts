import { createHash } from 'node:crypto'
import { type Address, address, canonicalJson, seconds, wei } from '@millrace/base'
import { type DealTerms, hashDeal, hashTask, oddsOfTrust } from '@millrace/protocol'
import { type BlobStore, cidToContent } from '@millrace/storage'
import { plainTerms } from '@millrace/testing/terms'
import type { Bag, Manifest } from '@millrace/wire'
import type { FakeChain } from './fakeChain.ts'

export const TEST_POOL: Address = address(`0x${'99'.repeat(20)}`)
const APP: Address = address(`0x${'aa'.repeat(20)}`)
const PROGRAM = new TextEncoder().encode('a program')

export type TestDeal = {
  dealId: ReturnType<typeof hashDeal>
  terms: DealTerms
  taskIds: ReturnType<typeof hashTask>[]
}

export type DealOptions = {
  tasks?: Bag['tasks']
  common?: Bag['common']
  /** 0 takes the pool's word. */
  trust?: number
  terms?: Partial<DealTerms>
  limits?: Partial<Manifest['limits']>
}

/** An open deal whose app, program and bag are where the worker looks for them. */
export async function aDeal(
  { chain, storage }: { chain: FakeChain; storage: BlobStore },
  {
    tasks = [{ args: ['one'] }],
    common = { args: [], inputs: [] },
    trust = 0.9,
    terms = {},
    limits = {},
  }: DealOptions = {},
): Promise<TestDeal> {
  const put = async (value: unknown) => {
    const bytes = new TextEncoder().encode(canonicalJson(value))
    return cidToContent((await storage.put(bytes)).cid)
  }
  chain.assets.set(APP, await put(await manifestOf(storage, limits)))
  const bag = await put({ format: 'millrace/bag/1', common, tasks })
  const all = dealTerms({
    bag: bag.content,
    bagCodec: bag.codec,
    volume: tasks.length,
    minOdds: oddsOfTrust(trust),
    ...terms,
  })
  const dealId = hashDeal(all)
  chain.deals.set(dealId, 'open')
  return { dealId, terms: all, taskIds: tasks.map((_, index) => hashTask(dealId, index)) }
}

async function manifestOf(
  storage: BlobStore,
  limits: Partial<Manifest['limits']>,
): Promise<unknown> {
  const { cid } = await storage.put(PROGRAM)
  const sha256 = `0x${createHash('sha256').update(PROGRAM).digest('hex')}`
  return {
    format: 'millrace/app/1',
    name: 'printer',
    version: '1.0.0',
    description: 'prints its arguments',
    runtime: 'wasm',
    limits: { fuel: 1_000_000, memoryMiB: 64, diskMiB: 16, wallSec: 10, ...limits },
    determinism: 'bitwise',
    price: '0',
    program: { cid, sha256, sizeBytes: PROGRAM.length, name: 'printer.wasm' },
  }
}

function dealTerms(terms: Partial<DealTerms>): DealTerms {
  const openedAt = Math.floor(Date.now() / 1000)
  const own = { app: APP, pool: TEST_POOL, poolPrice: wei(1n), diskMiB: 16 }
  return plainTerms(
    { openedAt, deadlineSec: 600 },
    { ...own, settleWindowSec: seconds(60), ...terms },
  )
}
