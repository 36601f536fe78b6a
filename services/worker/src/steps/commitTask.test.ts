import { commitmentOf } from '@millrace/protocol'
import { describe, expect, it } from 'vitest'
import { aContext, anExecution, aTaskId } from '../testing/aContext.ts'
import { commitTask } from './commitTask.ts'
import { requestSeal } from './signSeal.ts'

describe('commitTask', () => {
  it('binds digests with the secret of their batch, many in one message', async () => {
    const context = aContext()
    const executions = [anExecution(1), anExecution(2, { nonce: 2n })]
    for (const execution of executions) context.store.put(execution)
    await commitTask(context, executions)
    const items = executions.map(({ taskId, nonce, digest }) => ({
      taskId,
      nonce,
      commitment: commitmentOf({
        taskId,
        worker: context.worker,
        digest: digest as never,
        seed: context.seeds(nonce),
      }),
    }))
    expect(context.sent).toEqual([{ type: 'commitments', items }])
    expect(context.store.get(aTaskId(1))?.status).toBe('committed')
  })

  it('commits nothing more under a nonce it has sealed', async () => {
    const context = aContext()
    const first = anExecution(1)
    context.store.put(first)
    await commitTask(context, [first])
    requestSeal(context, { nonce: 1n, tasks: [aTaskId(1)] })
    context.sent.length = 0
    const late = anExecution(2)
    context.store.put(late)
    await commitTask(context, [late])
    expect(context.sent).toEqual([])
    expect(context.store.get(aTaskId(2))?.status).toBe('packed')
  })
})
