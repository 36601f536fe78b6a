type Evidence = { deals: number; tasks: number; votes: number }
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

/** English texts of why an offer was chosen. */
export const enOffer = {
  offer: {
    columns: ['POOL', 'COINS A TASK', 'TIME', 'IN TIME', 'RIGHT', 'POWER', 'BALANCE'],
    criteria: {
      price: 'price',
      time: 'time',
      reliability: 'reliability',
      trust: 'trust',
      energy: 'energy',
    },
    chosen: (p: { pool: string; offers: number; weights: string }) =>
      `Chosen: ${p.pool}, the best of ${count(p.offers, 'offer')} that fit, by ${p.weights}.`,
    alone: 'It is the only one, so nothing was weighed.',
    inFavour: (list: string) => `For it: ${list}.`,
    against: (list: string) => `Against it: ${list}.`,
    unknown: (list: string) => `Not known, and counted neither way: ${list}.`,
    /** Why a criterion of an offer is not known. */
    seen: {
      price: () => 'price',
      time: (p: Evidence) => `time (${count(p.deals, 'deal')} of like size seen)`,
      reliability: (p: Evidence) => `reliability (${count(p.tasks, 'task')} seen)`,
      trust: (p: Evidence) => `trust (${count(p.votes, 'vote')} seen that met another)`,
      energy: () => 'energy (the pool declares no WattsPerSlot)',
    },
    aheadOf: (other: string) =>
      `Ahead of ${other}: as much or more speaks for it, and as little or less against it.`,
    closeTo: (other: string) =>
      `Ahead of ${other} on balance only: one of the two has more for it, but more against it too.`,
    equal: (p: { other: string; isCheaper: boolean }) =>
      `By these weights ${p.other} is as good${p.isCheaper ? '; this one is cheaper' : ''}.`,
  },
}
