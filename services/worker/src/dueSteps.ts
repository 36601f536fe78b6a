import { type Execution, isTrusted, type SealedBatch } from './execution.ts'
import type { StepContext } from './stepContext.ts'
import type { Step } from './stepper.ts'
import { acceptAssignment } from './steps/acceptAssignment.ts'
import { commitTask } from './steps/commitTask.ts'
import { fetchInputs } from './steps/fetchInputs.ts'
import { forget } from './steps/forget.ts'
import { packResult } from './steps/packResult.ts'
import { publishResult } from './steps/publishResult.ts'
import { reportFailure } from './steps/reportFailure.ts'
import { reportTag } from './steps/reportTag.ts'
import { revealBatch } from './steps/revealBatch.ts'
import { runTask } from './steps/runTask.ts'
import { signSeal } from './steps/signSeal.ts'

type TaskStep = Step<StepContext, Execution>
type BatchStep = Step<StepContext, SealedBatch>

const each = (act: (context: StepContext, item: Execution) => Promise<void>): TaskStep => ({
  name: act.name,
  kind: 'each',
  act,
})
const group = (
  act: (context: StepContext, items: readonly Execution[]) => Promise<void>,
  { lanes = 1, lingerMs = 0 }: { lanes?: number; lingerMs?: number } = {},
): TaskStep => ({ name: act.name, kind: 'group', lanes, lingerMs, act })

/** Each group costs a flush, a message and, further on, a signature: worth a moment's wait. */
const LINGER_MS = 40

const ACCEPT = each(acceptAssignment)
const FETCH = each(fetchInputs)
const RUN = each(runTask)
const PACK = each(packResult)
const COMMIT = group(commitTask, { lingerMs: LINGER_MS })
const TAG = group(reportTag)
const PUBLISH = group(publishResult, { lanes: 2, lingerMs: LINGER_MS })
const FAIL = group(reportFailure)
const FORGET = group(forget)
const SEAL: BatchStep = { name: signSeal.name, kind: 'each', act: signSeal }
const REVEAL: BatchStep = { name: revealBatch.name, kind: 'each', act: revealBatch }

/** The step an execution is due for; none while it waits for the pool, the chain or the end. */
export function stepOfTask(execution: Execution): TaskStep | undefined {
  switch (execution.status) {
    case 'offered':
      return ACCEPT
    case 'assigned':
      return FETCH
    case 'ready':
      return RUN
    case 'ran':
      return PACK
    case 'packed':
      return isTrusted(execution) ? PUBLISH : COMMIT
    case 'receipted':
      return execution.tagWanted ? TAG : undefined
    case 'revealed':
      return execution.publishWanted ? PUBLISH : undefined
    case 'failed':
      return FAIL
    case 'settled':
      return FORGET
    case 'committed':
    case 'tagged':
    case 'sealed':
    case 'published':
    case 'reported':
      return undefined
    default:
      return execution.status satisfies never
  }
}

export function stepOfBatch({ status }: SealedBatch): BatchStep | undefined {
  switch (status) {
    case 'requested':
      return SEAL
    case 'anchored':
      return REVEAL
    case 'sealed':
    case 'revealed':
      return undefined
    default:
      return status satisfies never
  }
}
