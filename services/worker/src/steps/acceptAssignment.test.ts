import { hashTask, WAD } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { zWorkerConfig } from '../config.ts'
import { type Deal, runLimits } from '../deals.ts'
import { newExecution } from '../execution.ts'
import { aContext } from '../testing/aContext.ts'
import { aDeal, type DealOptions, TEST_POOL } from '../testing/aDeal.ts'
import { aWorld } from '../testing/testWorker.ts'
import { acceptAssignment } from './acceptAssignment.ts'

const LIMITS = {
  fuel: 1_000_000n,
  memoryMiB: 64,
  diskMiB: 16,
  wallSec: 10,
  files: 10,
  stdoutKiB: 1,
}

async function offered({
  config = {},
  terms = {},
  index = 0,
  nonce = 1n,
  swapId = false,
}: {
  config?: Record<string, unknown>
  terms?: NonNullable<DealOptions['terms']>
  index?: number
  nonce?: bigint
  swapId?: boolean
} = {}) {
  const made = await aDeal(aWorld(), { terms })
  const deal = {
    ...made,
    limits: runLimits(made.terms, { limits: LIMITS } as never),
    bag: { format: 'millrace/bag/1', common: { args: [], inputs: [] }, tasks: [{}] },
  } as unknown as Deal
  const context = aContext({
    deals: { load: () => Promise.resolve(deal) } as never,
    config: zWorkerConfig.parse({ home: '/nowhere', pool: TEST_POOL, slots: 1, ...config }),
  })
  const taskId = hashTask(deal.dealId, swapId ? index + 1 : index)
  const leaseUntil = deal.terms.expiresAt
  const execution = newExecution({ taskId, dealId: deal.dealId, index, nonce, leaseUntil })
  context.store.put(execution)
  return { context, execution }
}

describe('acceptAssignment', () => {
  it('takes a task of an open deal', async () => {
    const { context, execution } = await offered()
    await acceptAssignment(context, execution)
    expect(context.store.get(execution.taskId)?.status).toBe('assigned')
  })

  it.each([
    ['whose id is that of another index', { swapId: true }, /not that of index 0/],
    ['beyond the deal', { index: 3 }, /beyond the deal's 1 tasks/],
    ['without a batch where the pool is not trusted', { nonce: 0n }, /does not go with minOdds/],
    ['with a batch where it is', { terms: { minOdds: 0n } }, /does not go with minOdds/],
    ['of a deal that is over', { terms: { expiresAt: 1 as never } }, /has expired/],
    ['past the end of its bag', { index: 1, terms: { volume: 2, minOdds: WAD } }, /no entry/],
    ['with more fuel than allowed', { config: { maxFuel: '10' } }, /1000000 fuel .* allows 10/],
    ['with more memory than allowed', { config: { maxTaskMemoryMiB: 32 } }, /64 MiB .* allows 32/],
    ['with more memory than there is', { config: { memoryMiB: 20 } }, /64 MiB .* allows 20/],
    ['with more disk than allowed', { config: { maxTaskDiskMiB: 1 } }, /bytes of disk/],
    ['longer than allowed', { config: { maxWallSec: 2 } }, /10000 ms of time .* allows 2000/],
  ])('refuses a task %s', async (_, options, reason) => {
    const { context, execution } = await offered(options)
    await expect(acceptAssignment(context, execution)).rejects.toMatchObject({
      code: 'ASSIGNMENT_REFUSED',
      message: expect.stringMatching(reason),
    })
    expect(context.store.get(execution.taskId)?.status).toBe('offered')
  })
})
