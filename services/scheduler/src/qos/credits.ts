/** What an hour of a helper's processor costs. */
const CREDITS_PER_HOUR = 15
/** Share of a bag's own work that helping it may cost. */
const BUDGET_SHARE = 0.1

/** Credits for one bag. What is left at its end is given back by not being spent. */
export type Budget = {
  readonly total: number
  spent: number
}

/** The budget of a bag that takes so many CPU hours of its own. */
export function budgetOf(workHours: number): Budget {
  return { total: BUDGET_SHARE * CREDITS_PER_HOUR * workHours, spent: 0 }
}

/** CPU hours that can still be paid for. */
export function hoursLeft({ total, spent }: Budget): number {
  return (total - spent) / CREDITS_PER_HOUR
}

/** Pays for hours that were worked. */
export function spend(budget: Budget, hours: number): void {
  budget.spent += hours * CREDITS_PER_HOUR
}
