import {
  callSubscriptionAbi,
  callSubscriptionBytecode,
  dutchAuctionAbi,
  dutchAuctionBytecode,
  freeQuotaPricingAbi,
  freeQuotaPricingBytecode,
  perRunPricingAbi,
  perRunPricingBytecode,
  postedPriceAbi,
  postedPriceBytecode,
  sealedBidAuctionAbi,
  sealedBidAuctionBytecode,
  subscriptionMarketAbi,
  subscriptionMarketBytecode,
  subscriptionPricingAbi,
  subscriptionPricingBytecode,
  volumeDiscountPricingAbi,
  volumeDiscountPricingBytecode,
} from '@millrace/abi/templates'
import type { Hex } from '@millrace/base'
import type { Abi } from 'viem'
import type { CodeKind } from '../actions/proposeCode.ts'

/** Contracts of ours that nobody needs: who wants one deploys it from the catalogue, once it is approved there. */
export const TEMPLATES = {
  PostedPrice: template(postedPriceAbi, postedPriceBytecode),
  DutchAuction: template(dutchAuctionAbi, dutchAuctionBytecode),
  SealedBidAuction: template(sealedBidAuctionAbi, sealedBidAuctionBytecode),
  SubscriptionMarket: template(subscriptionMarketAbi, subscriptionMarketBytecode),
  CallSubscription: template(callSubscriptionAbi, callSubscriptionBytecode),
  PerRunPricing: pricing(perRunPricingAbi, perRunPricingBytecode),
  FreeQuotaPricing: pricing(freeQuotaPricingAbi, freeQuotaPricingBytecode),
  SubscriptionPricing: pricing(subscriptionPricingAbi, subscriptionPricingBytecode),
  VolumeDiscountPricing: pricing(volumeDiscountPricingAbi, volumeDiscountPricingBytecode),
} as const

export type TemplateName = keyof typeof TEMPLATES

/** What the catalogue wants to know of a code, and what deploys it. */
type Template<A extends Abi> = { kind: CodeKind; abi: A; creationCode: Hex }

function template<A extends Abi>(abi: A, creationCode: Hex): Template<A> {
  return { kind: 'template', abi, creationCode }
}

function pricing<A extends Abi>(abi: A, creationCode: Hex): Template<A> {
  return { kind: 'pricing', abi, creationCode }
}
