import type { Hex32 } from '@millrace/base'
import type { RunLimits, RunRequest } from '../runtime.ts'

export const LIMITS: RunLimits = {
  fuel: 10n ** 10n,
  memoryMiB: 64,
  diskBytes: 1 << 20,
  files: 50,
  stdoutBytes: 1 << 16,
  wallMs: 60_000,
}

export function aRequest(
  changes: Partial<Omit<RunRequest, 'limits'>> & { limits?: Partial<RunLimits> } = {},
): RunRequest {
  return {
    args: [],
    seed: `0x${'5a'.repeat(32)}` as Hex32,
    inputs: [],
    ...changes,
    limits: { ...LIMITS, ...changes.limits },
  }
}
