import { nowSec, systemClock, unixSeconds } from '@millrace/base'
import { expect, it } from 'vitest'
import { aContext, anExecution } from '../testing/aContext.ts'
import { reportTag } from './reportTag.ts'

const receipted = (n: number, sec: number) =>
  anExecution(n, {
    status: 'receipted',
    tagWanted: true,
    receiptUntil: unixSeconds(nowSec(systemClock) + sec),
  })

it('sends a tag only under a receipt that covers the way to the commit', async () => {
  const context = aContext()
  const executions = [receipted(1, 60), receipted(2, 10)]
  for (const execution of executions) context.store.put(execution)
  await reportTag(context, executions)
  const [covered, short] = executions.map(({ taskId }) => context.store.get(taskId))
  expect(covered?.status).toBe('tagged')
  expect(short).toMatchObject({ status: 'receipted', tagWanted: false })
  const [sent] = context.sent
  expect(sent?.type === 'tags' && sent.items.map(({ taskId }) => taskId)).toEqual([covered?.taskId])
})
