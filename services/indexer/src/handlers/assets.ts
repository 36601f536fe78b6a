import { type Change, insertRow, updateRow } from '../changes.ts'
import { type EventContext, type EventOf, eventPosition } from './context.ts'

export function onAssetRegistered(
  event: EventOf<'AssetRegistered'>,
  context: EventContext,
): Change[] {
  const { asset, kind, owner, content, codec, uri, ad } = event.args
  return [
    insertRow(
      'assets',
      { asset },
      {
        kind: ASSET_KINDS[kind] ?? 'unknown',
        owner,
        content,
        codec,
        uri: storable(uri, MAX_URI),
        ad: storable(ad, MAX_AD),
        registered_at: context.block.timestamp,
        position: eventPosition(event, context),
      },
    ),
  ]
}

export function onAssetUpdated({ args }: EventOf<'AssetUpdated'>): Change[] {
  const { asset, uri, ad } = args
  return [
    updateRow(
      'assets',
      { asset },
      { set: { uri: storable(uri, MAX_URI), ad: storable(ad, MAX_AD) } },
    ),
  ]
}

/** Whoever owns the asset now signs its orders. Minting repeats the registration's owner. */
export function onAssetTransferred({ args }: EventOf<'AssetTransferred'>): Change[] {
  return [updateRow('assets', { asset: args.asset }, { set: { owner: args.to } })]
}

// `enum AssetKind` of contracts/src/types/Assets.sol.
const ASSET_KINDS: Record<number, string> = { 1: 'app', 2: 'dataset', 3: 'pool' }

// Anybody may write anything into an event, and one stranger's registration must neither stop the
// indexer (PostgreSQL refuses U+0000 in text) nor make lists too long to read.
function storable(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\0', '\ufffd').toWellFormed()
}
const MAX_URI = 2000
const MAX_AD = 16_000
