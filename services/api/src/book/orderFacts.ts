import { type Address, type OrderHash, type UnixSeconds, ZERO_ADDRESS } from '@millrace/base'
import { hashOrder, type OrderKind, type ProtocolDomain } from '@millrace/protocol'
import type { SignedOrder } from '@millrace/wire'

/** What the book keeps beside an order to find it again. */
export type OrderFacts = {
  kind: OrderKind
  hash: OrderHash
  /** The asset it offers; undefined for a request. */
  asset: Address | undefined
  app: Address | undefined
  dataset: Address | undefined
  pool: Address | undefined
  requester: Address | undefined
  /** A task's price; for a request the most it pays to all sides. */
  price: bigint
  volume: bigint
  expiresAt: UnixSeconds
}

/** Facts of an order, from its fields alone. */
export function factsOf(signed: SignedOrder, domain: ProtocolDomain): OrderFacts {
  const { kind, order } = signed
  const { volume, expiresAt } = order
  const hash = hashOrder(kind, order, domain)
  const none = { app: undefined, dataset: undefined, pool: undefined, requester: undefined }
  const common = { ...none, kind, hash, asset: undefined, volume, expiresAt }
  switch (kind) {
    case 'app': {
      const { app, price } = signed.order
      return { ...common, asset: app, app, price }
    }
    case 'dataset': {
      const { dataset, price } = signed.order
      return { ...common, asset: dataset, dataset, price }
    }
    case 'pool': {
      const { pool, price } = signed.order
      return { ...common, asset: pool, pool, price }
    }
    case 'request': {
      const { requester, app, dataset, onlyPool, ...limits } = signed.order
      return {
        ...common,
        requester,
        app,
        dataset: presentAddress(dataset),
        pool: presentAddress(onlyPool),
        price: limits.maxAppPrice + limits.maxDatasetPrice + limits.maxPoolPrice,
      }
    }
  }
}

function presentAddress(address: Address): Address | undefined {
  return address === ZERO_ADDRESS ? undefined : address
}
