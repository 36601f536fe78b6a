/** Rights of WASI preview1 that matter here; the rest are reported and carried along. */
export const RIGHTS = {
  fdRead: 1n << 1n,
  fdSeek: 1n << 2n,
  fdTell: 1n << 5n,
  fdWrite: 1n << 6n,
  pathFilestatSetSize: 1n << 19n,
} as const

export const ALL_RIGHTS = (1n << 30n) - 1n
const FILE_ONLY =
  RIGHTS.fdRead |
  RIGHTS.fdSeek |
  RIGHTS.fdTell |
  RIGHTS.fdWrite |
  (1n << 7n) |
  (1n << 8n) |
  (1n << 22n)
/** All that make sense for a directory: no reading, writing or seeking of its bytes. */
export const DIRECTORY_RIGHTS = ALL_RIGHTS & ~FILE_ONLY
/** All that make sense for a file: nothing about paths. */
export const FILE_RIGHTS =
  FILE_ONLY | 1n | (1n << 3n) | (1n << 4n) | (1n << 21n) | (1n << 23n) | (1n << 27n)
