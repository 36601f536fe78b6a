import {
  type Address,
  address,
  bytesToHex,
  canonicalJson,
  nowSec,
  unixSeconds,
  type Wei,
  ZERO_ADDRESS,
} from '@millrace/base'
import { assetId, readAsset, registerAsset, waitForSuccess } from '@millrace/chain'
import { DETERMINISM, PLAIN } from '@millrace/protocol'
import { type Cid, cidToContent } from '@millrace/storage/client'
import { type AssetRow, type Manifest, zManifest } from '@millrace/wire'
import { textOfAd, writeAd } from './classAd.ts'
import { type Client, walletOf } from './client.ts'
import { createOrder, publishOrder } from './createOrder.ts'
import { AmbiguousAppError, UnknownAppError } from './errors.ts'
import { listApps, listOrders } from './queries.ts'

const MAX_MANIFEST_BYTES = 256 * 1024
const ORDER_LIFE_SEC = 4 * 365 * 86_400
/** An order that ends sooner than this is followed by a new one. */
const ORDER_LEFT_SEC = 365 * 86_400
const ORDER_VOLUME = 2n ** 48n

const UNLISTED = 'unlisted app'

/** True for what a catalogue shows. */
export function isListed({ ad }: Pick<AssetRow, 'ad'>): boolean {
  return textOfAd(ad, 'Type') !== UNLISTED
}

/** An app on sale, by what its owner registered. */
export type FoundApp = { app: Address; owner: Address; manifestCid: Cid }

/**
 * The app of a name or an id. Anybody may register any name, so a name serves only while one owner
 * has it, or where `trusted` says whose it is. Of several versions of one owner the newest is taken.
 *
 * @throws {UnknownAppError} {@link AmbiguousAppError}
 */
export async function findApp(
  client: Client,
  nameOrId: string,
  { trusted = [], signal }: { trusted?: readonly Address[]; signal?: AbortSignal } = {},
): Promise<FoundApp> {
  const rows = await listApps(client, { signal })
  const isId = /^0x[0-9a-fA-F]{40}$/.test(nameOrId)
  const fits = rows.filter((row) =>
    isId ? row.asset === address(nameOrId) : isListed(row) && textOfAd(row.ad, 'Name') === nameOrId,
  )
  const preferred = fits.filter(({ owner }) => trusted.includes(owner))
  const candidates = preferred.length > 0 ? preferred : fits
  const owners = new Set(candidates.map(({ owner }) => owner))
  if (owners.size > 1)
    throw new AmbiguousAppError({ name: nameOrId, assets: candidates.map(({ asset }) => asset) })
  const newest = candidates.reduce<AssetRow | undefined>(
    (best, row) => (best === undefined || row.registeredAt >= best.registeredAt ? row : best),
    undefined,
  )
  if (newest === undefined) {
    const listed = rows.filter(isListed)
    const known = [...new Set(listed.map(({ ad, asset }) => textOfAd(ad, 'Name') ?? asset))].sort()
    throw new UnknownAppError({ name: nameOrId, known })
  }
  return { app: newest.asset, owner: newest.owner, manifestCid: newest.cid }
}

/** The manifest that an app stands for. */
export async function readManifest(
  client: Client,
  cid: Cid,
  { signal }: { signal?: AbortSignal } = {},
): Promise<{ manifest: Manifest; bytes: Uint8Array }> {
  const options = { maxBytes: MAX_MANIFEST_BYTES, ...(signal === undefined ? {} : { signal }) }
  const bytes = await client.storage.getBytes(cid, options)
  return { manifest: parseManifest(bytes), bytes }
}

export function parseManifest(bytes: Uint8Array): Manifest {
  return zManifest.parse(JSON.parse(new TextDecoder().decode(bytes)))
}

export type PublishAppParameters = {
  /** Without `program`, which follows from the bytes. */
  manifest: Omit<Manifest, 'program' | 'format'>
  program: { name: string; bytes: Uint8Array }
  price: Wei
  /** Only this account may buy it; anybody when absent. */
  onlyRequester?: Address
  /** True for a program that is no app of the catalogue: found by its id alone. */
  isUnlisted?: boolean
}

export type PublishedApp = { app: Address; manifestCid: Cid; manifest: Manifest }

/**
 * Stores a program and its manifest, registers the app as the client's own and puts it on sale.
 * Everything is looked at first: publishing the same again changes nothing.
 */
export async function publishApp(
  client: Client,
  { price, onlyRequester = ZERO_ADDRESS, ...app }: PublishAppParameters,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PublishedApp> {
  const registered = await registerApp(client, app, { signal })
  const { determinism } = registered.manifest
  await sellApp(client, { app: registered.app, price, onlyRequester, determinism }, signal)
  return registered
}

/** The first half of {@link publishApp}: storage and registry, not yet the market. */
export async function registerApp(
  client: Client,
  {
    manifest: source,
    program,
    isUnlisted = false,
  }: Pick<PublishAppParameters, 'manifest' | 'program' | 'isUnlisted'>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<PublishedApp> {
  const wallet = walletOf(client)
  const options = signal === undefined ? {} : { signal }
  const stored = await client.storage.put(program.bytes, options)
  const manifest = zManifest.parse({
    ...source,
    limits: { ...source.limits, fuel: source.limits.fuel.toString() },
    format: 'millrace/app/1',
    program: {
      cid: stored.cid,
      sha256: bytesToHex(client.sha256(program.bytes)),
      sizeBytes: program.bytes.length,
      name: program.name,
    },
  })
  const bytes = new TextEncoder().encode(canonicalJson(manifest))
  const { cid: manifestCid } = await client.storage.put(bytes, options)
  const { content, codec } = cidToContent(manifestCid)
  const app = assetId({ kind: 'app', owner: wallet.address, content })
  if ((await readAsset(client.chain, app, options)) === undefined) {
    const { txHash } = await registerAsset(
      wallet,
      {
        kind: 'app',
        content,
        codec,
        uri: `ipfs://${manifestCid}`,
        ad: appAd(manifest, isUnlisted),
      },
      options,
    )
    await waitForSuccess(wallet, txHash, options)
  }
  return { app, manifestCid, manifest }
}

/**
 * Puts an app of the client's own on sale, unless it is already at this price and class.
 *
 * @returns true when a new order was posted
 */
export async function sellApp(
  client: Client,
  {
    app,
    price,
    onlyRequester,
    determinism,
  }: { app: Address; price: Wei; onlyRequester: Address } & Pick<Manifest, 'determinism'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const onSale = await listOrders(client, { kind: 'app', app, open: true }, { signal })
  const isSame = onSale.some(({ signed }) => {
    if (signed.kind !== 'app') return false
    const { order } = signed
    const isLasting = order.expiresAt > nowSec(client.clock) + ORDER_LEFT_SEC
    return (
      isLasting &&
      order.price === price &&
      order.onlyRequester === onlyRequester &&
      order.determinism === DETERMINISM[determinism]
    )
  })
  if (isSame) return false
  const order = await createOrder(client, 'app', {
    app,
    price,
    volume: ORDER_VOLUME,
    expiresAt: unixSeconds(nowSec(client.clock) + ORDER_LIFE_SEC),
    salt: BigInt(bytesToHex(client.random.bytes(32))),
    onlyDataset: ZERO_ADDRESS,
    onlyPool: ZERO_ADDRESS,
    onlyRequester,
    ...PLAIN.app,
    determinism: DETERMINISM[determinism],
  })
  await publishOrder(client, order, { signal })
  return true
}

/** What the registry says of an app, for people and for matching. */
function appAd(
  { name, version, description, runtime, determinism, limits }: Manifest,
  isUnlisted: boolean,
): string {
  return writeAd({
    Type: isUnlisted ? UNLISTED : 'app',
    Name: name,
    Version: version,
    Description: description,
    Runtime: runtime,
    Determinism: determinism,
    Fuel: limits.fuel,
    MemoryMiB: limits.memoryMiB,
    DiskMiB: limits.diskMiB,
  })
}
