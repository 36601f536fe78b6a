// Writes contracts/test/vectors: what @millrace/protocol makes of some inputs, for the Solidity tests to
// compare with. With --check it writes nothing and fails when the committed files differ.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import {
  type Address,
  address,
  type DealId,
  type Hex32,
  type TaskId,
  toJson,
  type UnixSeconds,
  ZERO_ADDRESS,
} from '@millrace/base'
import {
  commitmentOf,
  compileAd,
  DEAL_TERMS_ABI,
  type DealTerms,
  endOfDeal,
  groupOdds,
  hashDeal,
  hashOrder,
  hashOutputs,
  hashResult,
  hashSeal,
  hashTask,
  headOf,
  isCredible,
  merkleProof,
  merkleRoot,
  ORDER_TYPES,
  type OrderKind,
  type ProtocolDomain,
  proveOutput,
  RESULT_STATUS,
  type ResultStatus,
  receiptRoot,
  resultLeaf,
  saltOf,
  tagOf,
  workerOdds,
} from '@millrace/protocol'
import { encodeAbiParameters, keccak256, sha256, toHex } from 'viem'
import { actorOf } from './actors.ts'
import { digestOf, orderDigests, packBatch } from './batchBuilder.ts'
import { classAds } from './classAdVectors.ts'
import { file } from './fileVectors.ts'

const DIR = 'contracts/test/vectors'
const check = process.argv.includes('--check')
const domain: ProtocolDomain = {
  chainId: 31337,
  verifyingContract: address('0x00000000000000000000000000000000000f00d5'),
}

/** A value that uses all bits of its type, the same for the same label. */
const someHash = (label: string): Hex32 => keccak256(toHex(label)) as Hex32
const someAddress = (label: string): Address => `0x${someHash(label).slice(-40)}` as Address
function someUint(label: string, bits: number): bigint {
  return BigInt(someHash(label)) & ((1n << BigInt(bits)) - 1n)
}

function someValue(label: string, type: string): string | number | bigint {
  if (type === 'address') return someAddress(label)
  if (type === 'bytes32') return someHash(label)
  const bits = Number(type.slice('uint'.length))
  return bits <= 48 ? Number(someUint(label, bits)) : someUint(label, bits)
}

type Field = { name: string; type: string }
function someStruct(label: string, fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ name, type }) => [name, someValue(`${label} ${name}`, type)]),
  )
}

function encode(fields: readonly Field[], value: Record<string, unknown>) {
  return encodeAbiParameters(
    fields,
    fields.map(({ name }) => value[name]),
  )
}

function orders() {
  const kinds: OrderKind[] = ['app', 'dataset', 'pool', 'request']
  return Object.fromEntries(
    kinds.map((kind) => {
      const fields = Object.values(ORDER_TYPES[kind])[0] as readonly Field[]
      const order = someStruct(kind, fields) as never
      return [kind, { encoded: encode(fields, order), hash: hashOrder(kind, order, domain) }]
    }),
  )
}

const terms = someStruct('terms', DEAL_TERMS_ABI) as DealTerms

function deals() {
  const dealId = hashDeal(terms)
  return {
    encoded: encode(DEAL_TERMS_ABI, terms),
    dealId,
    tasks: [0, 1, 255, 65_536, 4_294_967_295].map((index) => hashTask(dealId, index)),
  }
}

function commitments() {
  const [pool, worker] = [someAddress('pool'), someAddress('worker')]
  const [dealId, digest, seed] = [
    someHash('deal') as DealId,
    digestOf('result'),
    someHash('seed'),
  ] as const
  const [nonce, index] = [someUint('nonce', 64), 77]
  const taskId = hashTask(dealId, index)
  const commitBy = Number(someUint('commit by', 48)) as UnixSeconds
  const commitment = commitmentOf({ taskId, worker, digest, seed })
  const second = { taskId: hashTask(dealId, index + 1), commitment: someHash('second commitment') }
  const links = [{ taskId, commitment }, second]
  const head = headOf(links)
  return {
    pool,
    nonce,
    dealId,
    index,
    worker,
    digest,
    seed,
    salt: saltOf(seed, taskId),
    commitment,
    head,
    receiptRoot: receiptRoot(links),
    tag: tagOf(taskId, digest),
    commitBy,
    seal: hashSeal({ pool, nonce }, { head, commitBy }, domain),
    leaf: resultLeaf({ dealId, index, digest }, 2),
  }
}

function merkle() {
  const leaves = Array.from({ length: 13 }, (_, i) => someHash(`leaf ${i}`))
  const proofs = leaves.map((_, i) => merkleProof(leaves, i))
  return {
    leaves,
    roots: leaves.map((_, i) => merkleRoot(leaves.slice(0, i + 1))),
    proofLengths: proofs.map(({ length }) => length),
    proofs: proofs.flat(),
  }
}

function odds() {
  const checks = [0, 1, 2, 3, 5, 10, 100, 12_345, 4_294_967_295]
  const bps = [100, 1000, 2000, 3333, 4900]
  const groups = [[], [4n], [4n, 4n], [4n, 9n, 4n], [10n ** 18n, 2n], [10n ** 18n, 10n ** 18n]].map(
    (group) => group.map((o) => o * 10n ** 18n),
  )
  const decisions = [
    [16n, 0n, 9n],
    [16n, 4n, 9n],
    [4n, 0n, 4n],
    [4n, 0n, 5n],
    [10n ** 18n, 10n ** 18n, 1n],
  ].map((row) => row.map((o) => o * 10n ** 18n) as [bigint, bigint, bigint])
  return {
    checks,
    bps,
    odds: checks.flatMap((count) => bps.map((f) => workerOdds(count, f))),
    groupSizes: groups.map(({ length }) => length),
    groupMembers: groups.flat(),
    groups: groups.map(groupOdds),
    decisions: decisions.flat(),
    credible: decisions.map(([group, other, min]) => (isCredible(group, [other], min) ? 1 : 0)),
  }
}

/** Ads of a pool and of two requests, one of which asks for more than the pool takes. */
function marketAds() {
  const requestOf = (tasks: number): string =>
    `[ Tasks = ${tasks}; Requirements = TARGET.MemoryMiB >= 1024 && TARGET.Region == "eu" ]`
  return {
    pool: compileAd('[ MemoryMiB = 2048; Region = "EU"; Requirements = TARGET.Tasks <= 100 ]'),
    request: compileAd(requestOf(10)),
    greedy: compileAd(requestOf(1000)),
  }
}

/** Ends of deals: kept and broken promises, spoiled tasks, stake taken before. */
function ends() {
  const one = 10n ** 18n
  const rows: [
    slaBps: number,
    settled: number,
    late: number,
    takenTasks: number,
    takenSpoiled: bigint,
  ][] = [
    [0, 10, 10, 3, 0n],
    [9000, 10, 1, 0, 0n],
    [9000, 10, 2, 0, 0n],
    [9000, 9, 1, 0, 0n],
    [10_000, 9, 0, 1, one / 3n],
    [9000, 10, 10, 0, 0n],
    [9000, 10, 3, 7, 0n],
    [5000, 0, 0, 0, one],
  ]
  const made = rows.map(([slaBps, settled, late, takenTasks, takenSpoiled], i) => {
    const each = {
      ...terms,
      ...{ appPrice: 7n, datasetPrice: 3n, poolPrice: 1_000_000_007n * BigInt(i + 1) },
      ...{ poolStake: one, workerShareBps: 9000 - i, volume: 10, slaBps },
    } as DealTerms
    const dust = BigInt(i)
    const taken = { tasks: takenTasks, spoiled: takenSpoiled }
    return {
      each,
      dust,
      taken,
      settled,
      late,
      end: endOfDeal(each, { settled, late, dust, taken }),
    }
  })
  return {
    terms: made.map(({ each }) => encode(DEAL_TERMS_ABI, each)),
    deliveries: made.flatMap(({ settled, late, dust, taken }) => [
      ...[settled, late, dust, taken.tasks, taken.spoiled],
    ]),
    breached: made.map(({ end }) => (end.isBreached ? 1 : 0)),
    ends: made.flatMap(({ end }) => [
      ...[end.appPay, end.datasetPay, end.poolPay, end.refund, end.lateRefund],
      ...[end.refundStake, end.lateStake, end.poolStake],
    ]),
  }
}

/** Two deals, three workers, one of whom is wrong about a task of the second. */
async function batch() {
  const first = { ...terms, pool: someAddress('pool'), callback: ZERO_ADDRESS }
  const second = { ...first, requestHash: someHash('second request') }
  const workers = ['a', 'b', 'c'].map((name) => actorOf(`worker ${name}`))
  const vote = (slot: number, variant = 0) => ({ slot, variant })
  const { tasks, ballots } = orderDigests(
    [
      { index: 3, digests: [digestOf('3')] },
      { index: 70_000, digests: [digestOf('70000')] },
      { index: 0, digests: [digestOf('wrong'), digestOf('right')] },
    ],
    [
      { worker: workers[0] as never, votes: [vote(0), vote(2, 1)] },
      { worker: workers[1] as never, votes: [vote(0), vote(1), vote(2, 0)] },
      { worker: workers[2] as never, votes: [vote(1), vote(2, 1)] },
    ],
  )
  const packed = await packBatch({
    pool: first.pool,
    nonce: 12n,
    parts: [
      { terms: first, tasks: tasks.slice(0, 2) },
      { terms: second, tasks: tasks.slice(2) },
    ],
    ballots,
    domain,
  })
  const winners: [DealId, number, string][] = [
    [hashDeal(first), 3, '3'],
    [hashDeal(first), 70_000, '70000'],
    [hashDeal(second), 0, 'right'],
  ]
  return {
    pool: first.pool,
    nonce: 12,
    terms: [encode(DEAL_TERMS_ABI, first), encode(DEAL_TERMS_ABI, second)],
    tasks: packed.parts.map(({ tasks }) => tasks),
    workers: packed.workers,
    heads: packed.seals.map(({ head }) => head),
    root: packed.root,
    resultRoot: merkleRoot(
      winners.map(([dealId, index, label]) =>
        resultLeaf({ dealId, index, digest: digestOf(label) }, 2),
      ),
    ),
  }
}

/** Digests of every status, and every file's place in trees of 1 to 5. */
function results() {
  const statuses = Object.keys(RESULT_STATUS) as ResultStatus[]
  const summaries = statuses.map((status, i) => ({
    taskId: someHash(`task ${i}`) as TaskId,
    status,
    exitCode: Number(someUint(`exit code ${i}`, 32)),
    fuel: someUint(`fuel ${i}`, 64),
    stdoutSha256: someHash(`stdout ${i}`),
    outRoot: someHash(`outputs ${i}`),
  }))
  const trees = [1, 2, 3, 4, 5].map((count) => {
    const outputs = Array.from({ length: count }, (_, i) => ({
      path: `dir-${(i * 7) % 5}/ö-${'x'.repeat(i)}`,
      sizeBytes: i,
      sha256: sha256(toHex(`${'b'.repeat(i)}`)) as Hex32,
    }))
    return { root: hashOutputs(outputs), files: outputs.map((file) => place(outputs, file)) }
  })
  return {
    statuses: summaries.map(({ status }) => RESULT_STATUS[status]),
    taskIds: summaries.map(({ taskId }) => taskId),
    exitCodes: summaries.map(({ exitCode }) => exitCode),
    fuels: summaries.map(({ fuel }) => fuel),
    stdouts: summaries.map(({ stdoutSha256 }) => stdoutSha256),
    outRoots: summaries.map(({ outRoot }) => outRoot),
    digests: summaries.map(({ taskId, ...summary }) => hashResult(taskId, summary)),
    trees,
  }
}

function place(
  outputs: Parameters<typeof proveOutput>[0],
  { path, sizeBytes }: { path: string; sizeBytes: number },
) {
  return { path: toHex(path), content: toHex('b'.repeat(sizeBytes)), ...proveOutput(outputs, path) }
}

const files = {
  orders: { ...domain, ...orders() },
  deals: deals(),
  commitments: { ...domain, ...commitments() },
  merkle: merkle(),
  odds: odds(),
  ends: ends(),
  classAds: classAds(),
  marketAds: marketAds(),
  results: results(),
  batch: { ...domain, ...(await batch()) },
  file: file(),
}

mkdirSync(DIR, { recursive: true })
let stale = 0
for (const [name, value] of Object.entries(files)) {
  const path = `${DIR}/${name}.json`
  const text = `${toJson(value, 2)}\n`
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (check) {
    console.error(
      `${path} is not what @millrace/protocol gives; run node contracts/tools/writeVectors.ts`,
    )
    stale++
  } else writeFileSync(path, text)
}
process.exitCode = stale > 0 ? 1 : 0
