/** Chance, 0 to 1, that of `seats` jurors drawn more than half are of one mind, who own `share` of all seats. */
export function captureChance(seats: number, share: number): number {
  let chance = 0
  for (let own = Math.floor(seats / 2) + 1; own <= seats; own++)
    chance += binomial(seats, own) * share ** own * (1 - share) ** (seats - own)
  return chance
}

/** Same for who may choose the best of several draws. */
export function captureChanceOf(choices: number, seats: number, share: number): number {
  return 1 - (1 - captureChance(seats, share)) ** choices
}

/** Draws that a proposer of blocks in a row chooses among by dropping all but one: its price is their rewards. */
export function choicesOfProposer(droppedBlocks: number): number {
  return droppedBlocks + 1
}

/** Draws that the last revealers of a commit-reveal choose among: one bit for each deposit that they forfeit. */
export function choicesOfRevealers(withheldSecrets: number): number {
  return 2 ** withheldSecrets
}

function binomial(n: number, k: number): number {
  let value = 1
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i
  return value
}
