import {
  type Address,
  type Hex32,
  seconds,
  type TxHash,
  unixSeconds,
  type Wei,
  wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  type AppOrder,
  compileAd,
  decodeResults,
  hashAd,
  hashDeal,
  hashOrder,
  type OrderByKind,
  type OrderKind,
  PLAIN,
  type PoolOrder,
  type RequestOrder,
  type Signed,
} from '@millrace/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WriteClient } from '../client/writeClient.ts'
import { isEvent } from '../events/chainEvent.ts'
import { aLocalChain } from '../node/aLocalChain.ts'
import { readAccount } from '../queries/readAccount.ts'
import { readAsset } from '../queries/readAsset.ts'
import { readBatch } from '../queries/readBatch.ts'
import { readConsumed } from '../queries/readConsumed.ts'
import { readDeal } from '../queries/readDeal.ts'
import { readGasBalance } from '../queries/readGasBalance.ts'
import { readOdds } from '../queries/readOdds.ts'
import { readOperator } from '../queries/readOperator.ts'
import { readParameters } from '../queries/readParameters.ts'
import { readStanding } from '../queries/readStanding.ts'
import { readTaskSettled } from '../queries/readTaskSettled.ts'
import { readTokenAllowance } from '../queries/readTokenAllowance.ts'
import { readTokenBalance } from '../queries/readTokenBalance.ts'
import { waitForReceipt, waitForSuccess } from '../receipts/waitForReceipt.ts'
import { marketDomain } from '../signing/domains.ts'
import { signOrder } from '../signing/signOrder.ts'
import { bond } from './bond.ts'
import { cancelOrder } from './cancelOrder.ts'
import { commitBatch } from './commitBatch.ts'
import { expireDeal } from './expireDeal.ts'
import { dealsOfReceipt, matchOrders } from './matchOrders.ts'
import { placeOrder } from './placeOrder.ts'
import { type AssetKind, registerAsset } from './registerAsset.ts'
import { requestUnbond } from './requestUnbond.ts'
import { setOperator } from './setOperator.ts'
import { setParameter } from './setParameter.ts'
import { settleTrusted } from './settleTrusted.ts'
import { transferToken } from './transferToken.ts'
import { unbond } from './unbond.ts'
import { updateAsset } from './updateAsset.ts'
import { withdraw } from './withdraw.ts'

let chain: Awaited<ReturnType<typeof aLocalChain>>
beforeAll(async () => {
  chain = await aLocalChain()
})
afterAll(() => chain.stop())

const UNIT = 10n ** 18n
const hash = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as Hex32
const LATER = unixSeconds(4_000_000_000)

let salt = 0
async function anAsset(client: WriteClient, kind: AssetKind): Promise<Address> {
  const content = hash(++salt)
  const parameters = { kind, content, codec: 0x55, uri: 'https://example.org', ad: '[]' }
  const { asset, txHash } = await registerAsset(client, parameters)
  await waitForSuccess(client, txHash)
  return asset
}

async function signed<K extends OrderKind>(
  client: WriteClient,
  kind: K,
  order: OrderByKind[K],
): Promise<Signed<OrderByKind[K]>> {
  return { order, signature: await signOrder(client.account, kind, order, marketDomain(client)) }
}

const anAppOrder = (app: Address): AppOrder => ({
  ...{ app, price: wei(2n), volume: 100n, expiresAt: LATER, salt: 1n },
  ...{ onlyDataset: ZERO_ADDRESS, onlyPool: ZERO_ADDRESS, onlyRequester: ZERO_ADDRESS },
  ...PLAIN.app,
})
const aPoolOrder = (pool: Address): PoolOrder => ({
  ...{ pool, price: wei(10n), stake: wei(5n), maxOdds: 10n ** 20n, volume: 100n, fuel: 1_000n },
  ...{ memoryMiB: 64, diskMiB: 64, wallSec: 60, expiresAt: LATER, salt: 1n },
  ...{ onlyApp: ZERO_ADDRESS, onlyDataset: ZERO_ADDRESS, onlyRequester: ZERO_ADDRESS },
  ...{ ...PLAIN.pool, taskSec: seconds(1), slots: 100 },
})
const aRequest = (requester: Address, app: Address): RequestOrder => ({
  ...{ requester, beneficiary: requester, callback: ZERO_ADDRESS, app, dataset: ZERO_ADDRESS },
  ...{ onlyPool: ZERO_ADDRESS, maxAppPrice: wei(2n), maxDatasetPrice: wei(0n) },
  ...{ maxPoolPrice: wei(10n), minStake: wei(0n), minOdds: 0n, volume: 4n, fuel: 1_000n },
  ...{ memoryMiB: 64, diskMiB: 64, wallSec: 60, bagCodec: 0x55, deadlineSec: seconds(600) },
  ...{ maturitySec: seconds(0), expiresAt: LATER, bag: hash(0xba), salt: 1n },
  ...PLAIN.request,
})

describe('orders with ads', () => {
  it('become a deal when each meets the other, and are refused with the hashes when not', async () => {
    const [appOwner, poolOwner, requester] = await Promise.all([
      chain.anAccount(wei(UNIT)),
      chain.anAccount(wei(UNIT)),
      chain.anAccount(wei(UNIT)),
    ])
    const [app, pool] = [await anAsset(appOwner, 'app'), await anAsset(poolOwner, 'pool')]
    const poolAd = compileAd('[ MemoryMiB = 2048; Requirements = TARGET.Tasks <= 100 ]')
    const match = async (tasks: number) => {
      const ad = compileAd(`[ Tasks = ${tasks}; Requirements = TARGET.MemoryMiB >= 1024 ]`)
      const offer = { ...aPoolOrder(pool), ad: hashAd(poolAd) }
      const asked = { ...aRequest(requester.address, app), ad: hashAd(ad) }
      return await matchOrders(requester, {
        app: await signed(appOwner, 'app', anAppOrder(app)),
        pool: { ...(await signed(poolOwner, 'pool', offer)), ad: poolAd },
        request: { ...(await signed(requester, 'request', asked)), ad },
      })
    }
    const [deal] = dealsOfReceipt(await waitForSuccess(requester, await match(10)))
    expect(deal?.terms.volume).toBe(4)
    await expect(match(1000)).rejects.toMatchObject({
      code: 'REQUIREMENTS_NOT_MET',
      meta: { poolAd: hashAd(poolAd) },
    })
  })
})

describe('money', () => {
  it('goes into the escrow, and out again', async () => {
    const client = await chain.anAccount(wei(UNIT))
    await waitForSuccess(client, await withdraw(client, { amount: wei(UNIT / 4n) }))
    expect(await readAccount(client, client.address)).toEqual({
      free: (UNIT * 3n) / 4n,
      locked: 0n,
      maturing: 0n,
    })
    expect(await readTokenBalance(client, client.address)).toBe(UNIT / 4n)
    expect(await readGasBalance(client, client.address)).toBeGreaterThan(0n)
    const { escrow: spender } = client.contracts
    expect(await readTokenAllowance(client, { owner: client.address, spender })).toBe(0n)
  })

  it('that is not there is refused with both figures before anything is sent', async () => {
    const client = await chain.anAccount(wei(3n))
    await expect(withdraw(client, { amount: wei(5n) })).rejects.toMatchObject({
      code: 'INSUFFICIENT_FREE',
      name: 'InsufficientFreeError',
      meta: { account: client.address, free: '3', needed: '5' },
    })
    await expect(
      transferToken(client, { to: chain.faucet.address, amount: wei(1n) }),
    ).rejects.toMatchObject({ code: 'ERC20_INSUFFICIENT_BALANCE', meta: { needed: '1' } })
  })

  it('taken twice at once: the second transaction reverts, and the receipt says why', async () => {
    const client = await chain.anAccount(wei(5n))
    const hashes = await Promise.all([1, 2].map(() => withdraw(client, { amount: wei(5n) })))
    const receipts = await Promise.all(hashes.map((txHash) => waitForReceipt(client, txHash)))
    expect(receipts.map(({ status }) => status).sort()).toEqual(['reverted', 'success'])
    const reverted = receipts.find(({ status }) => status === 'reverted')
    await expect(waitForSuccess(client, reverted?.txHash as TxHash)).rejects.toMatchObject({
      code: 'INSUFFICIENT_FREE',
      meta: { free: '0', needed: '5' },
    })
  })
})

describe('assets', () => {
  it('have an id that is known before they are registered', async () => {
    const client = await chain.anAccount()
    const pool = await anAsset(client, 'pool')
    expect(await readAsset(client, pool)).toMatchObject({
      kind: 'pool',
      owner: client.address,
      codec: 0x55,
    })
    expect(await readAsset(client, client.address)).toBeUndefined()
    const operator = chain.faucet.address
    await waitForSuccess(client, await setOperator(client, { pool, operator, allowed: true }))
    expect(await readOperator(client, { pool, who: operator })).toBe(true)
    const updated = await updateAsset(client, { asset: pool, uri: 'ipfs://x', ad: '[a = 1]' })
    const { events } = await waitForSuccess(client, updated)
    expect(events).toMatchObject([
      { name: 'AssetUpdated', args: { asset: pool, uri: 'ipfs://x', ad: '[a = 1]' } },
    ])
  })

  it('belong to their owner', async () => {
    const [owner, stranger] = await Promise.all([chain.anAccount(), chain.anAccount()])
    const asset = await anAsset(owner, 'app')
    await expect(updateAsset(stranger, { asset, uri: '', ad: '' })).rejects.toMatchObject({
      code: 'NOT_ASSET_OWNER',
      meta: { asset, caller: stranger.address, owner: owner.address },
    })
  })
})

describe('workers', () => {
  it('bond, earn odds, and leave after a delay', async () => {
    const client = await chain.anAccount()
    const { minBond, saboteurBps } = await readParameters(client)
    const worker = client.address
    await expect(bond(client, { amount: wei(minBond - 1n) })).rejects.toMatchObject({
      code: 'BOND_TOO_SMALL',
    })
    await waitForSuccess(client, await bond(client, { amount: minBond }))
    expect(await readStanding(client, worker)).toMatchObject({ bond: minBond, checks: 0 })
    expect(await readOdds(client, { worker, saboteurBps, value: 0n as Wei })).toBe(4n * UNIT)
    await expect(unbond(client)).rejects.toMatchObject({ code: 'UNBOND_NOT_REQUESTED' })
    await waitForSuccess(client, await requestUnbond(client))
    await expect(unbond(client)).rejects.toMatchObject({ code: 'UNBONDING_PENDING' })
    expect(await readOdds(client, { worker, saboteurBps, value: 0n as Wei })).toBe(0n)
  })
})

describe('a deal', () => {
  async function aDeal() {
    const [appOwner, poolOwner, requester] = await Promise.all([
      chain.anAccount(),
      chain.anAccount(),
      chain.anAccount(),
    ])
    const [app, pool] = await Promise.all([anAsset(appOwner, 'app'), anAsset(poolOwner, 'pool')])
    const orders = {
      app: await signed(appOwner, 'app', anAppOrder(app)),
      pool: await signed(poolOwner, 'pool', aPoolOrder(pool)),
      request: await signed(requester, 'request', aRequest(requester.address, app)),
    }
    return { appOwner, poolOwner, requester, app, pool, orders }
  }

  it('is made of signed orders, and names itself by its terms', async () => {
    const { requester, pool, orders } = await aDeal()
    const receipt = await waitForSuccess(requester, await matchOrders(requester, orders))
    const [deal] = dealsOfReceipt(receipt)
    expect(deal).toMatchObject({ requester: requester.address, pool })
    expect(deal?.terms).toMatchObject({ volume: 4, bag: hash(0xba), appPrice: 2n, poolPrice: 10n })
    expect(deal && hashDeal(deal.terms)).toBe(deal?.dealId)
    const requestHash = hashOrder('request', orders.request.order, marketDomain(requester))
    expect(deal?.terms.requestHash).toBe(requestHash)
    expect(await readConsumed(requester, requestHash)).toBe(4n)
    expect((await readAccount(requester, requester.address)).locked).toBe(48n)
    await expect(matchOrders(requester, orders)).rejects.toMatchObject({ code: 'ORDER_CONSUMED' })
  })

  it('refuses orders that do not fit, by name', async () => {
    const { requester, orders } = await aDeal()
    const dear = { ...orders.pool.order, price: wei(11n) as Wei }
    const pool = { order: dear, signature: orders.pool.signature }
    await expect(matchOrders(requester, { ...orders, pool })).rejects.toThrow(/pool|signature/)
    const request = { ...orders.request, signature: orders.app.signature }
    await expect(matchOrders(requester, { ...orders, request })).rejects.toMatchObject({
      code: 'BAD_SIGNATURE',
      meta: { signer: requester.address },
    })
  })

  it('of orders placed on chain needs no signature; a cancelled one is used up', async () => {
    const { requester, orders } = await aDeal()
    const { order } = orders.request
    await waitForSuccess(requester, await placeOrder(requester, { kind: 'request', order }))
    const request = { order, signature: '0x' as const }
    const cancelled = { ...order, salt: 2n }
    await waitForSuccess(
      requester,
      await cancelOrder(requester, { kind: 'request', order: cancelled }),
    )
    await waitForSuccess(requester, await matchOrders(requester, { ...orders, request }))
    const again = await signed(requester, 'request', cancelled)
    await expect(matchOrders(requester, { ...orders, request: again })).rejects.toMatchObject({
      code: 'ORDER_CONSUMED',
    })
  })

  it('settles on trust, each task once, and pays everybody', async () => {
    const { appOwner, poolOwner, requester, pool, orders } = await aDeal()
    const worker = chain.faucet.address
    const before = await readAccount(requester, worker)
    const matched = await waitForSuccess(requester, await matchOrders(requester, orders))
    const terms = dealsOfReceipt(matched)[0]?.terms
    if (terms === undefined) throw new RangeError('no deal')
    const dealId = hashDeal(terms)
    const tasks = [0, 2].map((index) => ({ index, digests: [hash(0xd0 + index) as never] }))
    const settlement = {
      ...{ pool, nonce: 1n, locations: hash(0x10), parts: [{ terms, tasks }] },
      payees: [{ worker, slots: [0, 1] }],
    }
    const receipt = await waitForSuccess(poolOwner, await settleTrusted(poolOwner, settlement))
    const results = receipt.events
      .filter((event) => isEvent(event, 'TasksSettled'))
      .map(({ args }) => decodeResults(args.results))
    expect(results).toEqual([
      [
        { index: 0, digest: hash(0xd0) },
        { index: 2, digest: hash(0xd2) },
      ],
    ])
    expect(await readDeal(requester, dealId)).toEqual({ status: 'open', settled: 2 })
    expect(await readTaskSettled(requester, { dealId, index: 2 })).toBe(true)
    expect(await readTaskSettled(requester, { dealId, index: 1 })).toBe(false)
    const paid = (await readAccount(requester, worker)).free - before.free
    expect(paid).toBe(18n)
    await expect(settleTrusted(poolOwner, { ...settlement, nonce: 2n })).rejects.toMatchObject({
      code: 'TASK_ALREADY_SETTLED',
      meta: { dealId, index: '0' },
    })
    await expect(expireDeal(requester, { terms })).rejects.toMatchObject({
      code: 'DEAL_NOT_EXPIRED',
      meta: { dealId },
    })
    const rest = [1, 3].map((index) => ({ index, digests: [hash(0xd0 + index) as never] }))
    const last = { ...settlement, nonce: 3n, parts: [{ terms, tasks: rest }] }
    await waitForSuccess(poolOwner, await settleTrusted(poolOwner, last))
    expect(await readDeal(requester, dealId)).toEqual({ status: 'closed', settled: 4 })
    expect((await readAccount(requester, appOwner.address)).free).toBe(100n * UNIT + 8n)
    expect((await readAccount(requester, requester.address)).locked).toBe(0n)
  })

  it('has its batches committed once, by its pool', async () => {
    const [poolOwner, stranger] = await Promise.all([chain.anAccount(), chain.anAccount()])
    const pool = await anAsset(poolOwner, 'pool')
    const batch = { pool, nonce: 1n, root: hash(0x33) }
    expect(await readBatch(stranger, batch)).toBe(hash(0))
    const { events } = await waitForSuccess(poolOwner, await commitBatch(poolOwner, batch))
    expect(events).toMatchObject([{ name: 'BatchCommitted', args: batch }])
    expect(await readBatch(stranger, batch)).not.toBe(hash(0))
    await expect(commitBatch(poolOwner, batch)).rejects.toMatchObject({ code: 'NONCE_USED' })
    await expect(commitBatch(stranger, { ...batch, nonce: 2n })).rejects.toMatchObject({
      code: 'NOT_OPERATOR',
      meta: { pool, caller: stranger.address },
    })
  })
})

describe('parameters', () => {
  it('are set by the governor, within bounds', async () => {
    const { faucet } = chain
    await waitForSuccess(faucet, await setParameter(faucet, { name: 'slashBps', value: 6_000 }))
    expect(await readParameters(faucet)).toMatchObject({ slashBps: 6_000, saboteurBps: 2_000 })
    await expect(setParameter(faucet, { name: 'saboteurBps', value: 9_000 })).rejects.toMatchObject(
      {
        code: 'OUT_OF_BOUNDS',
        message: expect.stringContaining('"saboteurBps" is 9000'),
      },
    )
    const stranger = await chain.anAccount()
    await expect(setParameter(stranger, { name: 'banSec', value: 60 })).rejects.toMatchObject({
      code: 'NOT_GOVERNOR',
    })
  })
})
