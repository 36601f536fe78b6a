import { createHash } from 'node:crypto'
import {
  type Address,
  type Clock,
  type DealId,
  isRetryable,
  retry,
  ZERO_ADDRESS,
} from '@millrace/base'
import { type DealTerms, hashDeal } from '@millrace/protocol'
import type { PreparedProgram, RunLimits, Runtime } from '@millrace/runtime'
import { contentToCid } from '@millrace/storage'
import { type Bag, type Input, type Manifest, zBag, zManifest } from '@millrace/wire'
import type { WorkerChain } from './chainPort.ts'
import { DealUnusableError } from './errors.ts'
import type { InputCache } from './inputCache.ts'
import type { WorkerStore } from './store/workerStore.ts'

/** All that a task of a deal needs beside its own inputs, checked. */
export type Deal = {
  dealId: DealId
  terms: DealTerms
  manifest: Manifest
  program: PreparedProgram
  bag: Bag
  limits: RunLimits
  /** Mounted as /in/dataset when the deal has a data set. */
  dataset: { cid: string } | undefined
}

/** Deals the worker works on. Nothing of a deal is believed because the pool says it. */
export type Deals = {
  /** Takes terms a pool sent; they must hash to the id and name this pool. */
  offer(dealId: DealId, terms: DealTerms): void
  terms(dealId: DealId): DealTerms | undefined
  /**
   * The deal, once it was seen open on chain and its program and bag are here.
   *
   * @throws {DealUnusableError} {@link ProgramRefusedError} {@link InputUnavailableError}
   */
  load(dealId: DealId): Promise<Deal>
}

type Deps = {
  pool: Address
  clock: Clock
  signal: AbortSignal
  chain: WorkerChain
  inputs: InputCache
  runtime: Runtime
  store: WorkerStore
}

/** Prepared programs by runtime, digest and name: the name is argv[0]. */
type Programs = Map<string, Promise<PreparedProgram>>

const MANIFEST_BYTES = 1024 * 1024
const BAG_BYTES = 64 * 1024 * 1024
/** Deals kept ready in memory; a worker has few at a time. */
const MAX_LOADED = 64
/** Terms kept in memory; the rest is read from the database again. */
const MAX_KNOWN = 1024
/** How long a broken deal stays broken for the next tasks of it. */
const BROKEN_MS = 2000

export function createDeals(deps: Deps): Deals {
  const known = new Map<DealId, DealTerms>()
  const loading = new Map<DealId, Promise<Deal>>()
  const programs: Programs = new Map()

  const remember = (dealId: DealId, dealTerms: DealTerms): void => {
    trim(known, MAX_KNOWN)
    known.set(dealId, dealTerms)
  }
  const terms = (dealId: DealId): DealTerms | undefined => {
    const found = known.get(dealId) ?? deps.store.getDeal(dealId)
    if (found !== undefined) remember(dealId, found)
    return found
  }

  return {
    terms,
    offer(dealId, offered) {
      if (known.has(dealId)) return
      if (hashDeal(offered) !== dealId)
        throw new DealUnusableError({ dealId, reason: 'its terms do not hash to its id' })
      if (offered.pool !== deps.pool)
        throw new DealUnusableError({ dealId, reason: `it is a deal of pool ${offered.pool}` })
      remember(dealId, offered)
      deps.store.putDeal(dealId, offered)
    },
    load(dealId) {
      const found = loading.get(dealId)
      if (found !== undefined) return found
      const dealTerms = terms(dealId)
      if (dealTerms === undefined)
        return Promise.reject(new DealUnusableError({ dealId, reason: 'its terms are not known' }))
      const loaded = loadDeal(deps, { dealId, terms: dealTerms, programs })
      trim(loading, MAX_LOADED)
      loading.set(dealId, loaded)
      loaded.catch(async (error) => {
        // The chain may have been away for a moment; what is broken stays so for all its tasks.
        if (!isRetryable(error)) await deps.clock.sleep(BROKEN_MS, deps.signal).catch(() => {})
        loading.delete(dealId)
      })
      return loaded
    },
  }
}

async function loadDeal(
  deps: Deps,
  { dealId, terms, programs }: { dealId: DealId; terms: DealTerms; programs: Programs },
): Promise<Deal> {
  const [, app, dataset, bag] = await Promise.all([
    checkOpen(deps, dealId),
    loadApp(deps, { dealId, app: terms.app, programs }),
    terms.dataset === ZERO_ADDRESS ? undefined : assetCid(deps, dealId, terms.dataset),
    loadBag(deps, dealId, terms),
  ])
  const limits = runLimits(terms, app.manifest)
  return {
    dealId,
    terms,
    ...app,
    bag,
    limits,
    dataset: dataset === undefined ? undefined : { cid: dataset },
  }
}

/** The pool's node may be a block ahead of ours: a deal that is not there yet is looked for again. */
async function checkOpen({ chain, clock, signal }: Deps, dealId: DealId): Promise<void> {
  const status = await retry(
    async () => {
      const found = await chain.readDealStatus(dealId)
      if (found === 'none') throw unusable(dealId, 'it is not on chain')
      return found
    },
    {
      clock,
      attempts: 5,
      firstDelayMs: 20,
      maxDelayMs: 1000,
      signal,
      when: (error) => error instanceof DealUnusableError,
    },
  )
  if (status === 'closed') throw unusable(dealId, 'it is closed')
}

async function loadApp(
  deps: Deps,
  { dealId, app, programs }: { dealId: DealId; app: Address; programs: Programs },
): Promise<{ manifest: Manifest; program: PreparedProgram }> {
  const cid = await assetCid(deps, dealId, app)
  const json = await deps.inputs.bytes({ cid, what: 'manifest', maxBytes: MANIFEST_BYTES })
  const manifest = zManifest.safeParse(parseJson(json))
  if (!manifest.success)
    throw unusable(dealId, `the manifest ${cid} of its app is broken`, manifest.error)
  const { sha256, name } = manifest.data.program
  const key = `${manifest.data.runtime} ${sha256} ${name}`
  let program = programs.get(key)
  if (program === undefined) {
    trim(programs, MAX_LOADED)
    program = prepareProgram(deps, dealId, manifest.data)
    programs.set(key, program)
    program.catch(() => programs.delete(key))
  }
  return { manifest: manifest.data, program: await program }
}

async function prepareProgram(
  { inputs, runtime }: Deps,
  dealId: DealId,
  manifest: Manifest,
): Promise<PreparedProgram> {
  const { cid, sha256, sizeBytes, name } = manifest.program
  const bytes = await inputs.bytes({ cid, what: 'program', maxBytes: sizeBytes })
  const found = `0x${createHash('sha256').update(bytes).digest('hex')}`
  if (found !== sha256)
    throw unusable(dealId, `the program ${cid} has digest ${found} and its manifest says ${sha256}`)
  return runtime.prepare({ runtime: manifest.runtime, name, sha256, bytes })
}

async function loadBag({ inputs }: Deps, dealId: DealId, terms: DealTerms): Promise<Bag> {
  const cid = contentToCid({ content: terms.bag, codec: terms.bagCodec })
  const json = await inputs.bytes({ cid, what: 'bag', maxBytes: BAG_BYTES })
  const bag = zBag.safeParse(parseJson(json))
  if (!bag.success) throw unusable(dealId, `its bag ${cid} is broken`, bag.error)
  return bag.data
}

async function assetCid({ chain }: Deps, dealId: DealId, asset: Address): Promise<string> {
  const found = await chain.readAsset(asset)
  if (found === undefined) throw unusable(dealId, `asset ${asset} is not registered`)
  return contentToCid(found)
}

/** The tighter of what the app's manifest says and what the deal pays for. */
export function runLimits(terms: DealTerms, { limits }: Manifest): RunLimits {
  return {
    fuel: limits.fuel < terms.fuel ? limits.fuel : terms.fuel,
    memoryMiB: Math.min(limits.memoryMiB, terms.memoryMiB),
    diskBytes: Math.min(limits.diskMiB, terms.diskMiB) * 1024 * 1024,
    files: limits.files,
    stdoutBytes: limits.stdoutKiB * 1024,
    wallMs: Math.min(limits.wallSec, terms.wallSec) * 1000,
  }
}

/** Arguments and inputs of the deal's task `index`, undefined past the end of the bag. */
export function taskOf(
  { bag, terms }: Pick<Deal, 'bag' | 'terms'>,
  index: number,
): { bagIndex: number; args: string[]; inputs: Input[] } | undefined {
  const bagIndex = Number(terms.firstIndex) + index
  const own = bag.tasks[bagIndex]
  if (own === undefined) return undefined
  return {
    bagIndex,
    args: [...bag.common.args, ...(own.args ?? [])],
    inputs: [...bag.common.inputs, ...(own.inputs ?? [])],
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** Drops the oldest entries of a map until one more fits. */
function trim(map: Map<unknown, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size < limit) return
    map.delete(key)
  }
}

const unusable = (dealId: DealId, reason: string, cause?: unknown) =>
  new DealUnusableError({ dealId, reason, cause })
