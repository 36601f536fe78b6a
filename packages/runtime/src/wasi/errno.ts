/** Error numbers of WASI preview1 that this implementation gives. */
export const ERRNO = {
  success: 0,
  badf: 8,
  exist: 20,
  fault: 21,
  ilseq: 25,
  inval: 28,
  isdir: 31,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  overflow: 61,
  perm: 63,
  rofs: 69,
  spipe: 70,
  nosys: 52,
  notcapable: 76,
} as const
export type Errno = (typeof ERRNO)[keyof typeof ERRNO]

/** Ends one call with an error number; never leaves the WASI implementation. */
export class WasiError extends Error {
  readonly errno: Errno
  constructor(name: keyof typeof ERRNO) {
    super(name)
    this.errno = ERRNO[name]
  }
}

/** Ends the run: the program called `proc_exit`. */
export class ProcessExit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** Ends the run: the program went over a limit of its job. */
export class LimitReached extends Error {
  readonly limit: 'fuel' | 'memory' | 'disk' | 'stdout'
  constructor(limit: LimitReached['limit']) {
    super(limit)
    this.limit = limit
  }
}
