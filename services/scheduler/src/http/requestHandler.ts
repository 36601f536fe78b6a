import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  address,
  type Clock,
  dealId,
  errorToJson,
  InvalidInputError,
  type Logger,
  taskId,
  toJson,
} from '@millrace/base'
import { hashTask } from '@millrace/protocol'
import { type Progress, zRequestOrder } from '@millrace/wire'
import { explainIndex, explainTask } from '../core/explainTask.ts'
import { describeWorker, explainOrder, explainWorker } from '../core/explainWorker.ts'
import type { PoolPolicy } from '../core/policy.ts'
import { progressOf } from '../core/progress.ts'
import type { Deal, PoolState } from '../core/state.ts'
import { NotKnownError } from '../errors.ts'
import type { DealHistory } from '../qos/dealHistory.ts'
import type { PoolMetrics } from './metrics.ts'

export type HandlerDeps = {
  state: PoolState
  policy: PoolPolicy
  clock: Clock
  metrics: PoolMetrics
  history: DealHistory
  log: Logger
  /** Share of saboteurs that new deals assume. */
  saboteurBps(): Promise<number>
}

type Route = (deps: HandlerDeps, request: Asked) => Promise<unknown> | unknown
type Asked = { id: string; query: URLSearchParams; body(): Promise<unknown> }

const ROUTES: { method: string; path: RegExp; route: Route }[] = [
  { method: 'GET', path: /^\/healthz$/, route: health },
  { method: 'GET', path: /^\/deals\/([^/]+)\/progress$/, route: progress },
  { method: 'GET', path: /^\/tasks\/([^/]+)\/explain$/, route: explainOfTask },
  { method: 'GET', path: /^\/workers$/, route: workers },
  { method: 'GET', path: /^\/workers\/([^/]+)\/explain$/, route: explainOfWorker },
  { method: 'POST', path: /^\/orders\/explain$/, route: explainOfOrder },
]

const MAX_BODY_BYTES = 64 * 1024
/** Tasks not begun are known by number only: at most so many are hashed to find one by its id. */
const MAX_HASHED = 4000

/** The pool's answers to people and to the market; sessions are elsewhere. */
export function createRequestHandler(deps: HandlerDeps): RequestListener {
  return (request, response) => {
    answer(deps, request, response).catch((error) => {
      deps.log.error('request broke', { url: request.url, error: String(error) })
      response.destroy()
    })
  }
}

async function answer(
  deps: HandlerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://pool')
  if (pathname === '/metrics' && request.method === 'GET') {
    response.setHeader('content-type', deps.metrics.registry.contentType)
    response.end(await deps.metrics.registry.metrics())
    return
  }
  try {
    const [found, match] = findRoute(request.method ?? '', pathname)
    const id = match[1] ?? ''
    const asked = { id, query, body: () => readBody(request) }
    reply(response, 200, await found.route(deps, asked))
  } catch (error) {
    const status = statusOf(error)
    if (status === 500) deps.log.error('request failed', { url: pathname, error: String(error) })
    reply(response, status, { error: errorToJson(error) })
  }
}

function findRoute(method: string, pathname: string): [(typeof ROUTES)[number], RegExpExecArray] {
  for (const candidate of ROUTES) {
    const match = candidate.path.exec(pathname)
    if (match !== null && candidate.method === method) return [candidate, match]
  }
  const hint = 'It answers /healthz, /metrics, /workers, /deals/:id/progress and .../explain.'
  throw new NotKnownError({ what: 'address', id: `${method} ${pathname}`, hint })
}

function statusOf(error: unknown): number {
  if (error instanceof NotKnownError) return 404
  return error instanceof InvalidInputError ? 400 : 500
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status
  response.setHeader('content-type', 'application/json')
  // Read by status pages of other origins; nothing here is secret.
  response.setHeader('access-control-allow-origin', '*')
  response.end(toJson(body))
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES)
      throw new InvalidInputError({
        field: 'body',
        value: `${size} bytes`,
        expected: 'at most 64 KiB',
      })
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new InvalidInputError({
      field: 'body',
      value: 'no JSON',
      expected: 'a request order as JSON',
    })
  }
}

function health({ state }: HandlerDeps): unknown {
  const { live, cursor, index } = state
  const sessions = [...live.sessions.values()].filter(({ isConnected }) => isConnected).length
  return {
    status: live.isCaughtUp ? 'ready' : 'starting',
    pool: state.pool,
    block: cursor?.number ?? 0,
    sessions,
    openDeals: index.openDeals.size,
    tasksInFlight: state.tasks.size,
    batches: state.batches.size,
  }
}

function dealNamed(state: PoolState, id: string): Deal {
  const deal = state.deals.get(dealId(id))
  if (deal !== undefined) return deal
  const hint =
    'Is it a deal of another pool, or one that ended long ago? The market knows them all.'
  throw new NotKnownError({ what: 'deal', id, hint })
}

function progress({ state, clock, history }: HandlerDeps, { id }: Asked): Progress {
  const [deal, nowMs] = [dealNamed(state, id), clock.nowMs()]
  const foretold = history.foretell(deal.dealId, nowMs)
  const now = progressOf(state, deal, nowMs)
  return foretold === undefined ? now : { ...now, foretold }
}

function explainOfTask(deps: HandlerDeps, { id, query }: Asked): unknown {
  const { state, policy, clock } = deps
  const options = { policy, nowMs: clock.nowMs() }
  const wanted = taskId(id)
  const task = state.tasks.get(wanted)
  if (task !== undefined) return explainTask(state, task, options)
  const found = findIndex(state, wanted, query)
  if (found !== undefined) return explainIndex(state, { ...found, taskId: wanted }, options)
  const hint = 'Name deal and index too: /tasks/:id/explain?deal=0x...&index=5.'
  throw new NotKnownError({ what: 'task', id, hint })
}

/** Deal and index of a task that is settled or not begun. */
function findIndex(
  state: PoolState,
  wanted: ReturnType<typeof taskId>,
  query: URLSearchParams,
): { deal: Deal; index: number } | undefined {
  const past = state.live.past.get(wanted)
  const [named, at] = [query.get('deal') ?? past?.dealId, query.get('index') ?? past?.index]
  if (named !== undefined && at !== undefined) {
    const [deal, index] = [dealNamed(state, named), Number(at)]
    return hashTask(deal.dealId, index) === wanted ? { deal, index } : undefined
  }
  let hashed = 0
  for (const deal of state.deals.values())
    for (let index = 0; index < deal.terms.volume && hashed < MAX_HASHED; index++, hashed++)
      if (hashTask(deal.dealId, index) === wanted) return { deal, index }
  return undefined
}

function workers({ state, clock }: HandlerDeps): unknown {
  const known = new Set([...state.live.sessions.keys(), ...state.workers.keys()])
  const items = [...known].map((worker) => describeWorker(state, worker, clock.nowMs()))
  return { items }
}

function explainOfWorker({ state, policy, clock }: HandlerDeps, { id }: Asked): unknown {
  const found = explainWorker(state, address(id, 'worker'), { policy, nowMs: clock.nowMs() })
  if (found !== undefined) return found
  const hint = 'It has never opened a session here; check its pool and its address.'
  throw new NotKnownError({ what: 'worker', id, hint })
}

async function explainOfOrder(
  { state, policy, clock, saboteurBps }: HandlerDeps,
  { body }: Asked,
): Promise<unknown> {
  const parsed = zRequestOrder.safeParse(await body())
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const field = issue?.path.join('.') || 'order'
    throw new InvalidInputError({
      field,
      value: 'bad',
      expected: issue?.message ?? 'a request order',
    })
  }
  const options = { policy, nowMs: clock.nowMs(), saboteurBps: await saboteurBps() }
  return explainOrder(state, parsed.data, options)
}
