import { contractErrorClass, showTime } from './contractError.ts'

/** Fields of a bid, as `UnfitBid` numbers them. */
const BID_FIELDS = [
  ...['fuel', 'memory', 'disk', 'time limit', 'trust', 'stake', 'service level'],
  ...['price', 'volume', 'expiry', 'restrictions', 'ad', 'time of a task'],
]

export const TEMPLATE_ERRORS = [
  contractErrorClass(
    'AlreadyListed',
    ({ listing }) => `The listing ${listing} exists already.`,
    'Change a field of the order, such as its salt.',
  ),
  contractErrorClass(
    'ListingClosed',
    ({ listing }) => `The listing ${listing} was withdrawn by its seller.`,
    'Look for another offer of the pool.',
  ),
  contractErrorClass(
    'NotSeller',
    ({ listing, caller, seller }) => `The listing ${listing} is of ${seller}, not of ${caller}.`,
    "Send from the seller's account.",
  ),
  contractErrorClass(
    'PoolChangedHands',
    ({ listing, seller, owner }) =>
      `The pool of listing ${listing} belongs to ${owner} now, not to ${seller}.`,
    'Buy from the new owner.',
  ),
  contractErrorClass(
    'NotBuyer',
    ({ caller, requester }) =>
      `Only the requester ${requester} may buy by this request, not ${caller}.`,
    'Send from the account that signed the request.',
  ),
  contractErrorClass(
    'NotPayer',
    ({ requester, subscription }) =>
      `The request is of ${requester}; the subscription ${subscription} pays only for its own.`,
    'Name the subscription as requester.',
  ),
  contractErrorClass(
    'PriceRaised',
    ({ listing, price, maxPrice }) =>
      `The listing ${listing} costs ${price} a task now, more than the ${maxPrice} agreed to.`,
    'Look at the price again, and agree to it if it is worth it.',
  ),
  contractErrorClass(
    'SoldOut',
    ({ listing }) => `Nothing is left of the listing ${listing}.`,
    'Wait for another offer, or for the next period of a subscription.',
  ),
  contractErrorClass(
    'UnknownListing',
    ({ listing }) => `There is no listing ${listing}.`,
    'Pass the order back exactly as it was listed.',
  ),
  contractErrorClass(
    'BadAuction',
    ({ startPrice, floorPrice, startsAt, floorAt }) =>
      `An auction from ${startPrice} at ${showTime(startsAt)} to ${floorPrice} at ${showTime(floorAt)} does not fall.`,
    'Let the floor be no higher than the start, and come later.',
  ),
  contractErrorClass(
    'NotStarted',
    ({ listing, startsAt }) => `The auction ${listing} begins at ${showTime(startsAt)}.`,
    'Come back then.',
  ),
  contractErrorClass(
    'PriceAboveLimit',
    ({ listing, price, maxPrice }) =>
      `The auction ${listing} is at ${price} a task, above the limit of ${maxPrice}.`,
    'Wait until the price has fallen, or raise the limit.',
  ),
  contractErrorClass(
    'AlreadyBid',
    ({ bidder }) => `${bidder} has bid in this auction.`,
    'A bid stands as it is; each address has one.',
  ),
  contractErrorClass(
    'AlreadySettled',
    () => 'The auction is settled.',
    'What is left is to take deposits back.',
  ),
  contractErrorClass(
    'BadRules',
    ({ deposit, biddingEndsAt, revealEndsAt, settleEndsAt }) =>
      `An auction with a deposit of ${deposit} and phases until ${showTime(biddingEndsAt)}, ${showTime(revealEndsAt)} and ${showTime(settleEndsAt)} cannot be held.`,
    'Ask for a deposit above 0, and let each phase end after the one before.',
  ),
  contractErrorClass(
    'BadVolume',
    ({ volume }) => `A request of ${volume} tasks cannot be auctioned.`,
    'Ask for 1 to 4,294,967,295 tasks.',
  ),
  contractErrorClass(
    'NoAdsHere',
    ({ ad }) => `The request names the ad ${ad}; requests with ads are not auctioned.`,
    'Say what you need by limits of the order, or buy on the market.',
  ),
  contractErrorClass(
    'NoBid',
    ({ bidder }) => `There is no bid of ${bidder} that this can be done with.`,
    'Look at `ranking()` for the bids that stand.',
  ),
  contractErrorClass(
    'NotAllServed',
    ({ served, volume }) => `The winner's order would serve ${served} of ${volume} tasks.`,
    'Settle again; if it stays so, disqualify the winner.',
  ),
  contractErrorClass(
    'NotPoolOwner',
    ({ pool, bidder, owner }) =>
      `The pool ${pool} belongs to ${owner}, not to the bidder ${bidder}.`,
    'Bid with a pool of your own.',
  ),
  contractErrorClass(
    'NotSigned',
    ({ orderHash, bidder }) => `The order ${orderHash} is not signed by ${bidder}.`,
    'Sign the order that was committed to.',
  ),
  contractErrorClass(
    'NothingToReturn',
    ({ bidder }) => `${bidder} has no deposit to take back now.`,
    'Wait until the auction is settled or its time is over.',
  ),
  contractErrorClass(
    'UnfitBid',
    ({ what }) =>
      `The bid cannot serve the request: ${BID_FIELDS[what] ?? `field ${what}`} does not fit.`,
    'Bid again from another address with an order that fits.',
  ),
  contractErrorClass(
    'WinnerIsFit',
    ({ bidder }) => `The winner ${bidder} can keep its bid.`,
    'Settle the auction.',
  ),
  contractErrorClass(
    'WrongOpening',
    ({ bidder, committed, opened }) =>
      `${bidder} committed to ${committed}, but this opens ${opened}.`,
    'Reveal the order and the salt that the bid was made with.',
  ),
  contractErrorClass(
    'WrongOrder',
    ({ expected, found }) => `The winning order is ${expected}, not ${found}.`,
    'Pass the order that the winner revealed.',
  ),
  contractErrorClass(
    'WrongPhase',
    ({ startsAt, endsAt, nowAt }) =>
      `This step is possible after ${showTime(startsAt)} and until ${showTime(endsAt)}; it is ${showTime(nowAt)}.`,
    'Come back in its phase; `rules()` tells the times.',
  ),
  contractErrorClass(
    'WrongSignature',
    ({ expected, found }) => `The signature with hash ${expected} was revealed, not ${found}.`,
    'Pass the signature that the winner revealed.',
  ),
  contractErrorClass(
    'BadPlan',
    ({ periodSec }) => `A plan with periods of ${periodSec} s is incomplete.`,
    'Set a period, and tasks or a dapp for it.',
  ),
  contractErrorClass(
    'NotSubscribed',
    ({ listing, subscriber, endsAt }) =>
      `${subscriber} has no running subscription of ${listing}: it ended at ${showTime(endsAt)}.`,
    'Subscribe for more periods.',
  ),
  contractErrorClass(
    'NothingToCollect',
    ({ listing, subscriber }) => `No fee of ${subscriber} for ${listing} is due.`,
    'Wait until the next period begins.',
  ),
  contractErrorClass(
    'ZeroPeriods',
    () => 'A subscription of no periods is none.',
    'Pay for one period at least.',
  ),
  contractErrorClass(
    'AlreadyCalled',
    ({ requestHash }) => `The request ${requestHash} was placed before.`,
    'Use another salt.',
  ),
  contractErrorClass(
    'NotDapp',
    ({ caller, dapp }) => `The subscription is for calls of ${dapp}, not of ${caller}.`,
    'Send from the dapp, or ask the owner for a plan of your own.',
  ),
  contractErrorClass(
    'OwnableInvalidOwner',
    ({ owner }) => `${owner} cannot own the contract.`,
    'Name an account that can act.',
  ),
  contractErrorClass(
    'OwnableUnauthorizedAccount',
    ({ account }) => `${account} does not own the contract.`,
    "Send from the owner's account.",
  ),
  contractErrorClass(
    'SubscriptionEnded',
    ({ endsAt, until }) =>
      `The plan ends at ${showTime(endsAt)}; the call could run until ${showTime(until)}.`,
    'Ask the owner for a longer plan, or for an earlier deadline.',
  ),
  contractErrorClass(
    'TooDear',
    ({ price, maxTaskPrice }) =>
      `A task for up to ${price} is dearer than the plan allows, ${maxTaskPrice}.`,
    'Ask for less, or have the plan changed.',
  ),
  contractErrorClass(
    'TooLittlePrepaid',
    ({ free, needed }) => `The subscription has ${free} left, the call may cost ${needed}.`,
    'Fill it with `Escrow.depositFor`.',
  ),
  contractErrorClass(
    'TooManyTasks',
    ({ asked, left }) => `The call asks for ${asked} tasks, ${left} are left in this period.`,
    'Wait for the next period, or have the plan changed.',
  ),
  contractErrorClass(
    'WrongCallback',
    ({ callback, dapp }) => `The request calls back ${callback}, not the dapp ${dapp}.`,
    'Name the dapp as callback.',
  ),
  contractErrorClass(
    'NoTariff',
    ({ asset }) => `The owner of ${asset} has set no tariff.`,
    'Set one before orders name this pricing contract.',
  ),
  contractErrorClass(
    'NotMarket',
    ({ caller }) => `Only Market books tasks, not ${caller}.`,
    'Ask `quote` for a price without booking.',
  ),
  contractErrorClass(
    'PlanChanged',
    ({ asset, expected, found }) => `The plan of ${asset} is ${found} now, not ${expected}.`,
    'Read the plan again, and subscribe if it is worth it.',
  ),
  contractErrorClass(
    'StillSubscribed',
    ({ asset, requester, endsAt }) =>
      `${requester} is subscribed to ${asset} until ${showTime(endsAt)} by another plan.`,
    'Subscribe by the new plan after that.',
  ),
  contractErrorClass(
    'BadTier',
    ({ place, from, taskPrice }) =>
      `Tier ${place}, from ${from} tasks on for ${taskPrice} each, does not follow the one before.`,
    'Begin at 0, and let later tiers begin later and cost less.',
  ),
  contractErrorClass(
    'TooManyTiers',
    ({ count, max }) => `There are ${count} tiers, at most ${max} are allowed.`,
    'Use fewer tiers.',
  ),
]
