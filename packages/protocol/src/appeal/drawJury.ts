import type { Address, Hex32 } from '@millrace/base'
import { keccakOf, word } from '../hash.ts'

const MAX_TRIES = 512

export type DrawJuryParameters = {
  seed: Hex32
  /** Juror at each place in the second before the jury was asked for. */
  places: readonly Address[]
  wanted: number
  /** Whether a seat may be drawn: taken before the asking, not leaving, of another pool, with stake left. */
  canServe: (juror: Address) => boolean
  /** Numbers used up by an earlier draw of the same jury. */
  tries?: number
}

/**
 * Draws jurors without replacement: number i of a seed names place `keccak256(seed | i) mod places`.
 *
 * @returns At most `wanted` jurors, and how many numbers are used up.
 * @see contracts/src/Jurors.sol drawJurors
 */
export function drawJury(parameters: DrawJuryParameters): { jurors: Address[]; tried: number } {
  const { seed, places, wanted, canServe, tries = 0 } = parameters
  const jurors: Address[] = []
  let tried = tries
  for (; jurors.length < wanted && tried < MAX_TRIES && places.length > 0; tried++) {
    const place = BigInt(keccakOf(seed, word(tried))) % BigInt(places.length)
    const juror = places[Number(place)]
    if (juror !== undefined && !jurors.includes(juror) && canServe(juror)) jurors.push(juror)
  }
  return { jurors, tried }
}
