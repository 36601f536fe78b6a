import {
  type Address,
  address,
  bytesToHex,
  type Hex,
  type ResultDigest,
  ZERO_HEX32,
} from '@millrace/base'
import {
  hashDeal,
  hashResult,
  hashTask,
  merkleProof,
  merkleRoot,
  RESULT_STATUS,
  type ResultSummary,
  resultLeaf,
  summariseOutput,
} from '@millrace/protocol'
import { sha256, type TransactionReceipt } from 'viem'
import { type Figures, settleOnTrust } from './gasScenarios.ts'
import { makeDeal, ordersOf, type Story } from './marketStory.ts'

const CALLBACK_GAS = 50_000
/** Leaves one byte of code that stops: a contract that takes every callback and does nothing. */
const SILENT: Hex = '0x6001600c60003960016000f300'
let salt = 10_000n

/** Deliveries to a contract that does nothing with them: what the protocol itself costs. */
export async function measureDeliveries(story: Story): Promise<Figures> {
  const dapp = await deploySilent(story)
  const shapes = [
    { name: 'delivery of 32 bytes, batch of 1 task', tasks: 1, bytes: 32 },
    { name: 'delivery of 32 bytes, batch of 256 tasks', tasks: 256, bytes: 32 },
    { name: 'delivery of 1,024 bytes, batch of 256 tasks', tasks: 256, bytes: 1024 },
  ]
  const figures: Figures = {}
  for (const { name, ...shape } of shapes) figures[name] = await deliverOnce(story, dapp, shape)
  return figures
}

async function deploySilent({ local }: Story): Promise<Address> {
  const { contractAddress } = await local.send(local.deployer, null, SILENT)
  return address(contractAddress ?? '')
}

/** All tasks of a deal settle alike; one of them is brought to the contract. */
async function deliverOnce(
  story: Story,
  callback: Address,
  { tasks, bytes }: { tasks: number; bytes: number },
): Promise<number> {
  const { local, requester } = story
  const request = { minOdds: 0n, callback, callbackGas: CALLBACK_GAS }
  const orders = ordersOf(story, ++salt, { request })
  const { terms } = await makeDeal(story, orders, tasks)
  const dealId = hashDeal(terms)
  const { summary, stdout } = printed(bytes)
  const results = Array.from({ length: tasks }, (_, index) => {
    const digest: ResultDigest = hashResult(hashTask(dealId, index), summary)
    return { dealId, index, digest }
  })
  const part = { terms, tasks: results.map(({ index, digest }) => ({ index, digests: [digest] })) }
  const { receipt, nonce } = await settleOnTrust(story, part)
  const { timestamp } = await local.client.getBlock({ blockNumber: receipt.blockNumber })
  const leaves = results.map((result) => resultLeaf(result, 1))
  const [resultRoot, at] = [merkleRoot(leaves), Number(timestamp)]
  const facts = { resultRoot, batchRoot: ZERO_HEX32, committedAt: at, settledAt: at }
  const index = tasks - 1
  const { status, stdoutSha256: stdoutDigest, ...rest } = summary
  const sent = await local.write(requester, 'deliveries', 'deliver', [
    { terms, request: orders.request, index },
    { nonce, facts, votes: 1, place: placeOf(index, tasks, merkleProof(leaves, index)) },
    { ...rest, status: RESULT_STATUS[status], stdoutDigest },
    { path: '', content: stdout, place: placeOf(0, 0, []) },
  ])
  return gas(sent)
}

/** A run that printed so many bytes and wrote no file. */
function printed(bytes: number): { summary: ResultSummary; stdout: Hex } {
  const stdout = new Uint8Array(bytes).fill(0x61)
  const nothing = new Uint8Array(0)
  const output = {
    status: 'ok',
    exitCode: 0,
    fuel: 12_345n,
    stdout,
    stderr: nothing,
    files: [],
  } as const
  return {
    summary: summariseOutput(output, (data) => sha256(data, 'bytes')),
    stdout: bytesToHex(stdout),
  }
}

const placeOf = (position: number, count: number, proof: readonly Hex[]) => ({
  position: BigInt(position),
  count: BigInt(count),
  proof,
})

const gas = ({ gasUsed }: TransactionReceipt): number => Number(gasUsed)
