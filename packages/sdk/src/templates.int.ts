import { type Address, type Hex, type Hex32, seconds, type TxHash, wei } from '@millrace/base'
import {
  ABIS,
  approveCodeCall,
  approveToken,
  dealsOfReceipt,
  deployCode,
  handOverParameters,
  marketDomain,
  NO_DATASET,
  passProposal,
  proposeCode,
  type Receipt,
  readDeal,
  revokeCodeCall,
  type WriteClient,
  waitForSuccess,
} from '@millrace/chain'
import { TEMPLATES, type TemplateName } from '@millrace/chain/templates'
import { hashOrder, type PoolOrder, type RequestOrder } from '@millrace/protocol'
import {
  createTestMarket,
  startTestChain,
  type TestChain,
  type TestMarket,
} from '@millrace/testing'
import { type Abi, encodeAbiParameters, encodeFunctionData, keccak256, sha256, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Market templates as strangers use them: approved by a vote, deployed from the catalogue, and each of them
// makes an ordinary deal, which settles and pays like any other.

const RULES = {
  delaySec: seconds(0),
  periodSec: seconds(3),
  extensionSec: seconds(0),
  threshold: wei(10n),
  quorumPercent: 4,
  timelockSec: seconds(1),
  reviewSec: seconds(2),
}
const NAMES = ['PostedPrice', 'DutchAuction', 'SealedBidAuction', 'SubscriptionMarket'] as const
const hashOf = (text: string) => sha256(toHex(text)) as Hex32
const codeHashOf = (name: TemplateName) => keccak256(TEMPLATES[name].creationCode) as Hex32

let chain: TestChain
let market: TestMarket

beforeAll(async () => {
  chain = await startTestChain({ rules: RULES })
  market = await createTestMarket(chain, { nowSec: Math.floor(Date.now() / 1000) })
  await handOverParameters(chain.faucet)
}, 60_000)
afterAll(() => chain.stop())

async function approveAll(): Promise<void> {
  const calls = []
  for (const name of NAMES) {
    const { codeProposalId, txHash } = await proposeCode(market.requester, {
      ...{ kind: TEMPLATES[name].kind, codeHash: codeHashOf(name), audit: '' },
      ...{ source: hashOf(`source of ${name}`), description: hashOf(name) },
    })
    await waitForSuccess(market.requester, txHash)
    calls.push(approveCodeCall(chain.contracts, codeProposalId))
  }
  await passProposal(chain.faucet, { calls, description: 'Market templates.' })
}

/** Deployed from the catalogue by whoever wants it. */
async function deploy(name: TemplateName, args: unknown[]): Promise<Address> {
  const { abi, creationCode } = TEMPLATES[name]
  const { inputs = [] } = (abi as Abi).find((item) => item.type === 'constructor') ?? {}
  const wallet = market.requester
  const { deployed, txHash } = await deployCode(wallet, {
    creationCode,
    arguments: encodeAbiParameters(inputs, args),
  })
  await waitForSuccess(wallet, txHash)
  return deployed
}

type Call = { to: Address; abi: Abi; functionName: string; args: unknown[] }

async function send(wallet: WriteClient, { to, ...call }: Call): Promise<Receipt> {
  const intent = { to, data: encodeFunctionData(call), value: 0n, label: call.functionName }
  return waitForSuccess(wallet, await wallet.send(intent))
}

/** The pool's owner lets a template sell for it. */
async function letSell(template: Address): Promise<void> {
  const { registry } = chain.contracts
  const args = [template, true]
  const call = { to: registry, abi: ABIS.registry as Abi, functionName: 'setApprovalForAll', args }
  await send(market.poolOwner, call)
}

/** What the requester brings: its own request and an app's order, for so many tasks. */
async function aPurchase(volume: number, change: Partial<RequestOrder> = {}) {
  const app = await market.sign('app', market.appOrder())
  const order = market.requestOrder({ volume: BigInt(volume), ...change })
  const request = await market.sign('request', order)
  return {
    appOrder: app.order,
    datasetOrder: NO_DATASET,
    requestOrder: request.order,
    proofs: proofsOf({ appSignature: app.signature, requestSignature: request.signature }),
    volume,
  }
}

const proofsOf = (signatures: Partial<Record<string, Hex>>) => ({
  ...{ appSignature: '0x', datasetSignature: '0x', poolSignature: '0x', requestSignature: '0x' },
  ...{ poolAd: '0x', requestAd: '0x' },
  ...signatures,
})

/** An ordinary deal: it settles, and its price is what the template said. */
async function expectDeal(receipt: Receipt, { price, tasks }: { price: bigint; tasks: number }) {
  const [deal] = dealsOfReceipt(receipt)
  if (deal === undefined) throw new RangeError('no deal')
  expect(deal.terms).toMatchObject({ pool: market.pool, poolPrice: price, volume: tasks })
  const opened = { ...deal, blockNumber: receipt.blockNumber }
  const indexes = Array.from({ length: tasks }, (_, index) => index)
  await market.settle(opened, indexes)
  expect(await readDeal(chain.read, deal.dealId)).toEqual({ status: 'closed', settled: tasks })
}

async function timeOfChain(): Promise<number> {
  const head = await chain.read.rpc<{ timestamp: Hex }>('eth_getBlockByNumber', ['latest', false])
  return Math.max(Number(head.timestamp), Math.floor(Date.now() / 1000))
}

describe('a market template', { timeout: 120_000 }, () => {
  it('cannot be deployed before a vote has approved its code', async () => {
    const { market: place, registry } = chain.contracts
    await expect(deploy('PostedPrice', [place, registry])).rejects.toMatchObject({
      code: 'CODE_NOT_APPROVED',
      meta: { codeHash: codeHashOf('PostedPrice') },
    })
    await approveAll()
  })

  it('sells at a posted price', async () => {
    const { market: place, registry } = chain.contracts
    const { abi } = TEMPLATES.PostedPrice
    const at = await deploy('PostedPrice', [place, registry])
    await letSell(at)
    const order = market.poolOrder({ price: wei(10n) })
    await send(market.poolOwner, { to: at, abi, functionName: 'post', args: [order] })
    const args = [order, await aPurchase(3), 10n]
    const receipt = await send(market.requester, { to: at, abi, functionName: 'buy', args })
    await expectDeal(receipt, { price: 10n, tasks: 3 })
  })

  it('sells at a price that falls', async () => {
    const { market: place, registry } = chain.contracts
    const { abi } = TEMPLATES.DutchAuction
    const at = await deploy('DutchAuction', [place, registry])
    await letSell(at)
    const startsAt = (await timeOfChain()) - 200
    const order = market.poolOrder({ price: wei(1000n) })
    const auction = { order, floorPrice: 8n, startsAt, floorAt: startsAt + 100 }
    await send(market.poolOwner, { to: at, abi, functionName: 'open', args: [auction] })
    const args = [auction, await aPurchase(2), 8n]
    const receipt = await send(market.requester, { to: at, abi, functionName: 'buy', args })
    await expectDeal(receipt, { price: 8n, tasks: 2 })
  })

  it('sells by subscription', async () => {
    const { market: place, registry, token } = chain.contracts
    const { abi } = TEMPLATES.SubscriptionMarket
    const at = await deploy('SubscriptionMarket', [place, registry, token])
    await letSell(at)
    const plan = {
      order: market.poolOrder({ price: wei(1n), volume: 5n }),
      fee: 50n,
      periodSec: 3600,
    }
    await send(market.poolOwner, { to: at, abi, functionName: 'offer', args: [plan, 1n] })
    await done(market.requester, approveToken(market.requester, { spender: at, amount: wei(50n) }))
    await send(market.requester, { to: at, abi, functionName: 'subscribe', args: [plan, 1] })
    const draw = async (tasks: number) => {
      const args = [plan, await aPurchase(tasks)]
      return send(market.requester, { to: at, abi, functionName: 'draw', args })
    }
    await expectDeal(await draw(4), { price: 1n, tasks: 4 })
    // Five in a period, and no more: one is left of them.
    await expectDeal(await draw(4), { price: 1n, tasks: 1 })
  })

  it('finds the lowest of sealed bids', async () => {
    const { abi } = TEMPLATES.SealedBidAuction
    const { market: place, registry, escrow, token } = chain.contracts
    const { poolOwner, requester } = market
    const now = await timeOfChain()
    const rules = {
      deposit: 100n,
      biddingEndsAt: now + 4,
      revealEndsAt: now + 8,
      settleEndsAt: now + 600,
    }
    const request = market.requestOrder({ volume: 2n })
    const at = await deploy('SealedBidAuction', [
      { market: place, registry, escrow, token },
      request,
      rules,
    ])
    await done(poolOwner, approveToken(poolOwner, { spender: at, amount: wei(100n) }))
    const bid = market.poolOrder({ price: wei(6n), volume: 2n, onlyRequester: at })
    const { commitment, signature } = await sealBid(at, bid)
    await send(poolOwner, { to: at, abi, functionName: 'bid', args: [commitment] })
    await until(rules.biddingEndsAt)
    await send(poolOwner, { to: at, abi, functionName: 'reveal', args: [bid, SALT, signature] })
    await until(rules.revealEndsAt)
    const app = await market.sign('app', market.appOrder())
    const signed = await market.sign('request', { ...request, onlyPool: at })
    const proofs = proofsOf({
      ...{ appSignature: app.signature, poolSignature: signature },
      requestSignature: signed.signature,
    })
    const args = [app.order, NO_DATASET, bid, proofs]
    const receipt = await send(requester, { to: at, abi, functionName: 'settle', args })
    await expectDeal(receipt, { price: 6n, tasks: 2 })
  })

  it('whose code was revoked is deployed no more', async () => {
    const { market: place, registry } = chain.contracts
    const codeHash = codeHashOf('DutchAuction')
    const call = revokeCodeCall(chain.contracts, { codeHash, reason: hashOf('it is too slow') })
    await passProposal(chain.faucet, { calls: [call], description: 'Revoke it.' })
    const again = deployCode(market.poolOwner, {
      creationCode: TEMPLATES.DutchAuction.creationCode,
      arguments: encodeAbiParameters([{ type: 'address' }, { type: 'address' }], [place, registry]),
    })
    await expect(again).rejects.toMatchObject({ code: 'CODE_NOT_APPROVED', meta: { codeHash } })
  })
})

const SALT = hashOf('salt')

async function sealBid(auction: Address, bid: PoolOrder) {
  const { signature } = await market.sign('pool', bid)
  const orderHash = hashOrder('pool', bid, marketDomain(chain.read))
  const commitment = keccak256(
    encodeAbiParameters(
      [{ type: 'address' }, { type: 'address' }, { type: 'bytes32' }, { type: 'bytes32' }],
      [auction, market.poolOwner.address, orderHash, SALT],
    ),
  )
  return { commitment, signature }
}

/** The next phase begins the second after the one before has ended. */
async function until(endsAt: number): Promise<void> {
  const { clock } = chain.read
  await clock.sleep(Math.max(0, (endsAt + 1) * 1000 - clock.nowMs()))
}

async function done(wallet: WriteClient, sent: Promise<TxHash>): Promise<void> {
  await waitForSuccess(wallet, await sent)
}
