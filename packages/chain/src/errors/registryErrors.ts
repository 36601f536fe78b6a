import { contractErrorClass } from './contractError.ts'

const KINDS = ['nothing', 'an app', 'a data set', 'a pool']

export const AssetExistsError = contractErrorClass(
  'AssetExists',
  ({ asset }) => `The asset ${asset} is registered already.`,
  'The same owner registered the same content before; use that one, or give another salt.',
)

export const UnknownAssetError = contractErrorClass(
  'UnknownAsset',
  ({ asset }) => `There is no asset ${asset} in this registry.`,
  'Check the id and the chain; `millrace app ls` and `millrace pool ls` list what there is.',
)

export const WrongKindError = contractErrorClass(
  'WrongKind',
  ({ asset, kind, expected }) =>
    `The asset ${asset} is ${KINDS[kind] ?? `of kind ${kind}`}, but ${KINDS[expected] ?? `kind ${expected}`} is needed.`,
)

export const NotAssetOwnerError = contractErrorClass(
  'NotAssetOwner',
  ({ asset, caller, owner }) => `The asset ${asset} belongs to ${owner}, not to ${caller}.`,
  'Send it from the account that owns the asset.',
)
