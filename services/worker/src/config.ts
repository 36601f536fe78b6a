import { availableParallelism, totalmem } from 'node:os'
import { zAddress, zBigint, zUint32, zWei } from '@millrace/wire'
import { z } from 'zod'

const MIB = 1024 * 1024

/** Settings of one worker. Amounts as decimal strings of base units; see each description. */
export const zWorkerConfig = z.strictObject({
  home: z
    .string()
    .min(1)
    .describe('Folder of this worker alone: database, secret, input cache, results.'),
  pool: zAddress.describe('Pool whose assignments are taken.'),
  poolUrl: z
    .string()
    .regex(/^https?:\/\//, 'must be an http(s) address, such as http://127.0.0.1:7000')
    .optional()
    .describe('Where the pool listens; read from the registry when absent.'),
  owner: zAddress
    .optional()
    .describe('Whom the machine belongs to; the worker itself when absent.'),
  bond: zWei.default(zWei.parse('0')).describe('Bond to hold at least; topped up at start.'),
  slots: z
    .int()
    .min(1)
    .max(4096)
    .default(availableParallelism())
    .describe('Tasks run at the same time.'),
  memoryMiB: z
    .int()
    .min(16)
    .default(Math.max(16, Math.floor(totalmem() / MIB / 2)))
    .describe('Memory of all tasks together.'),
  diskMiB: z
    .int()
    .min(16)
    .default(4096)
    .describe('Disk for inputs and results; inputs not used lately are removed first.'),
  maxFuel: zBigint.default(10n ** 15n).describe('Longest task taken, in fuel.'),
  maxTaskMemoryMiB: zUint32.default(4096).describe('Largest memory of one task.'),
  maxTaskDiskMiB: zUint32.default(16_384).describe('Most a task may write.'),
  maxWallSec: zUint32.default(86_400).describe('Longest task taken, in seconds.'),
  maxQueued: z
    .int()
    .min(1)
    .max(4096)
    .default(2048)
    .describe('Executions held at once; assignments beyond are handed back.'),
  tokenGasValue: z
    .number()
    .min(0)
    .default(1)
    .describe(
      'Wei of gas money that a base unit of the token is worth to you: reveals on chain are paid for only if more is at stake. 0 for never.',
    ),
  guardSec: z
    .number()
    .positive()
    .default(5)
    .describe('Pause between looks at the chain for sealed batches that are not settled.'),
  confirmations: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe('Blocks above a committed root before the worker reveals.'),
  shutdownSec: z
    .number()
    .min(0)
    .default(10)
    .describe('Time to finish work on a polite stop; the rest is handed back or resumed later.'),
})
export type WorkerConfig = z.output<typeof zWorkerConfig>
