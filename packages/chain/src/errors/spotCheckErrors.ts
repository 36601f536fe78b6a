import { contractErrorClass, showTime } from './contractError.ts'

const AnswersKnownError = contractErrorClass(
  'AnswersKnown',
  ({ pool, root }) => `The pool ${pool} has committed to ${root} before.`,
)

const AnswersLateError = contractErrorClass(
  'AnswersLate',
  ({ pool, root, answersAt, batchAt }) =>
    `The pool ${pool} committed to ${root} at ${showTime(answersAt)}, not before the batch of ${showTime(batchAt)}.`,
  'Commit to answers before the tasks are handed out.',
)

const AnswerUnprovenError = contractErrorClass(
  'AnswerUnproven',
  ({ taskId, root }) => `The answer for ${taskId} is not among those committed in ${root}.`,
)

const AnswerUsedError = contractErrorClass(
  'AnswerUsed',
  ({ taskId, worker }) => `The answer for ${taskId} has been held against ${worker} before.`,
)

const NotSingleVoteError = contractErrorClass(
  'NotSingleVote',
  ({ taskId, votes }) => `The task ${taskId} settled with ${votes} votes; a spot check is for one.`,
)

const TaskUnprovenError = contractErrorClass(
  'TaskUnproven',
  ({ taskId }) => `The task ${taskId} did not settle like that.`,
  'Check digest, batch facts and proof.',
)

const VoteUnprovenError = contractErrorClass(
  'VoteUnproven',
  ({ taskId, worker }) => `It is not shown that the one vote on ${taskId} was by ${worker}.`,
)

/** Errors of SpotChecks. */
export const SPOT_CHECK_ERRORS = [
  AnswersKnownError,
  AnswersLateError,
  AnswerUnprovenError,
  AnswerUsedError,
  NotSingleVoteError,
  TaskUnprovenError,
  VoteUnprovenError,
]
