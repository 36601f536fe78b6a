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
  'Check the id and the chain; `npx millrace app ls` and `npx millrace pool ls` list what there is.',
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

export const ERC721IncorrectOwnerError = contractErrorClass(
  'ERC721IncorrectOwner',
  ({ sender, tokenId, owner }) =>
    `The asset ${showAsset(tokenId)} belongs to ${owner}, not to ${sender}.`,
)

export const ERC721InsufficientApprovalError = contractErrorClass(
  'ERC721InsufficientApproval',
  ({ operator, tokenId }) =>
    `${operator} may not move the asset ${showAsset(tokenId)}: its owner did not approve it.`,
)

export const ERC721InvalidApproverError = contractErrorClass(
  'ERC721InvalidApprover',
  ({ approver }) => `${approver} may not approve others for an asset that it does not own.`,
)

export const ERC721InvalidOperatorError = contractErrorClass(
  'ERC721InvalidOperator',
  ({ operator }) => `${operator} cannot be made an operator of assets.`,
)

export const ERC721InvalidOwnerError = contractErrorClass(
  'ERC721InvalidOwner',
  ({ owner }) => `${owner} cannot own assets.`,
)

export const ERC721InvalidReceiverError = contractErrorClass(
  'ERC721InvalidReceiver',
  ({ receiver }) => `${receiver} cannot receive assets.`,
  'A contract that receives an asset must implement onERC721Received.',
)

export const ERC721InvalidSenderError = contractErrorClass(
  'ERC721InvalidSender',
  ({ sender }) => `${sender} cannot give away the asset.`,
)

export const ERC721NonexistentTokenError = contractErrorClass(
  'ERC721NonexistentToken',
  ({ tokenId }) => `There is no asset ${showAsset(tokenId)} in this registry.`,
  'Check the id and the chain; `npx millrace app ls` and `npx millrace pool ls` list what there is.',
)

/** An asset's token id is its address-shaped id as a number. */
function showAsset(tokenId: bigint): string {
  return `0x${tokenId.toString(16).padStart(40, '0')}`
}
