import type { Address, ResultDigest } from '@millrace/base'
import { groupOdds, isCredible, type Odds } from '@millrace/protocol'

/** Who voted for which digest of a task, and with what weight. */
export type Votes = Map<ResultDigest, { odds: Odds[]; workers: Address[] }>

/** The digest that a task settles with; undefined when its votes do not carry it. */
export function decide(
  minOdds: Odds,
  groups: Votes,
): { digest: ResultDigest; workers: Address[] } | undefined {
  const counted = [...groups].map(([digest, { odds, workers }]) => {
    return { digest, workers, odds: groupOdds(odds) }
  })
  const best = counted.reduce((a, b) => {
    if (b.odds !== a.odds) return b.odds > a.odds ? b : a
    return b.digest < a.digest ? b : a
  })
  const others = counted.filter((group) => group !== best).map(({ odds }) => odds)
  return isCredible(best.odds, others, minOdds) ? best : undefined
}
