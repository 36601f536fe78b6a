import { nowSec } from '@millrace/base'
import { hashTask } from '@millrace/protocol'
import type { WorkerConfig } from '../config.ts'
import { type Deal, taskOf } from '../deals.ts'
import { AssignmentRefusedError } from '../errors.ts'
import { type Execution, isTrusted } from '../execution.ts'
import type { StepContext } from '../stepContext.ts'

/**
 * Takes an assignment whose deal is open on chain, whose task is what it says, and whose limits the
 * machine's owner allows.
 *
 * @throws {AssignmentRefusedError} `ASSIGNMENT_REFUSED`
 */
export async function acceptAssignment(context: StepContext, execution: Execution): Promise<void> {
  const { taskId, dealId } = execution
  const deal = await context.deals.load(dealId)
  const reason =
    whyNotTask(deal, execution) ??
    whyNotPolicy(deal, context.config) ??
    (deal.terms.expiresAt <= nowSec(context.clock) ? 'its deal has expired' : undefined)
  if (reason !== undefined) throw new AssignmentRefusedError({ taskId, reason })
  context.store.patch(taskId, 'offered', { status: 'assigned' })
}

function whyNotTask(deal: Deal, execution: Execution): string | undefined {
  const { taskId, index } = execution
  const { terms } = deal
  if (index >= terms.volume) return `index ${index} is beyond the deal's ${terms.volume} tasks`
  if (hashTask(deal.dealId, index) !== taskId) return `its id is not that of index ${index}`
  // Publishing before a commitment would give the result away.
  if (isTrusted(execution) !== (terms.minOdds === 0n))
    return `nonce ${execution.nonce} does not go with minOdds ${terms.minOdds}`
  if (taskOf(deal, index) === undefined) return `its bag has no entry for index ${index}`
  return undefined
}

function whyNotPolicy({ limits }: Deal, config: WorkerConfig): string | undefined {
  const beyond = (what: string, asked: bigint | number, allowed: bigint | number) =>
    asked > allowed ? `it may use ${asked} ${what} and the owner allows ${allowed}` : undefined
  return (
    beyond('fuel', limits.fuel, config.maxFuel) ??
    beyond(
      'MiB of memory',
      limits.memoryMiB,
      Math.min(config.maxTaskMemoryMiB, config.memoryMiB),
    ) ??
    beyond('bytes of disk', limits.diskBytes, config.maxTaskDiskMiB * 1024 * 1024) ??
    beyond('ms of time', limits.wallMs, config.maxWallSec * 1000)
  )
}
