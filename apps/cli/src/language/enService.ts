/** English texts of pieces of work on sale. */
export const enService = {
  service: {
    columns: ['OFFER', 'STAGE', 'PRICE', 'STAKE', 'UNTIL (UTC)', 'PROVIDER', 'ARBITER'],
    none: 'No work on offer. Offer some: npx millrace service offer FILE --price COINS --arbiter ACCOUNT',
    stages: {
      none: 'unknown',
      offered: 'on offer',
      accepted: 'paid for, work to come',
      delivered: 'delivered, to be reviewed',
      refused: 'refused, to be appealed',
      appealed: 'appealed, to be ruled',
      ended: 'over',
    },
    outcomes: {
      none: 'over',
      lapsed: 'never sold',
      withheld: 'not delivered: given back, with the stake',
      faulty: 'refused: given back, with the stake',
      sold: 'accepted and paid',
      ruled: 'ruled',
      undecided: 'not ruled: half each',
    },
    ruled: (share: string) => `ruled: ${share} of the price for the provider`,
    fields: {
      offer: 'offer',
      stage: 'stage',
      until: 'until (UTC)',
      provider: 'provider',
      buyer: 'buyer',
      arbiter: 'arbiter',
      price: 'price',
      stake: 'stake',
      fee: "arbiter's fee",
      windows: 'windows',
      content: 'hash of the work',
      task: 'task',
      refusal: 'why refused',
      appeal: 'why appealed',
    },
    windowsOf: (p: { deliver: string; review: string; appeal: string; ruling: string }) =>
      `${p.deliver} to deliver, ${p.review} to review, ${p.appeal} to appeal, ${p.ruling} to rule`,
    anybody: 'anybody',
    offered: (offer: string) => `On offer. Buyers: npx millrace service accept ${offer}`,
    fetched: (p: { path: string; size: string }) =>
      `${p.path}: ${p.size}, as its hash on chain says`,
  },
}
