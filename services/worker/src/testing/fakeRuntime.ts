import type { RunFailure, RunRequest, RunResult, Runtime } from '@millrace/runtime'

export type FakeRuntime = Runtime & {
  /** Runs so far, in the order they began. */
  ran: RunRequest[]
  prepared: number
  /** What a run does instead of printing its arguments. */
  behave: (request: RunRequest, signal: AbortSignal | undefined) => Promise<RunResult | RunFailure>
}

/** A runtime whose programs print their arguments, and the bytes of their inputs. */
export function fakeRuntime(): FakeRuntime {
  const runtime: FakeRuntime = {
    ran: [],
    prepared: 0,
    layers: ['fake'],
    behave: (request) => Promise.resolve(printed(request)),
    prepare: (program) => {
      runtime.prepared++
      const { sha256, name } = program
      return Promise.resolve({ sha256, key: sha256, name, runtime: program.runtime })
    },
    run: (_, request, { signal }) => {
      runtime.ran.push(request)
      return runtime.behave(request, signal)
    },
    close: () => Promise.resolve(),
  }
  return runtime
}

/** The result of a program that prints its arguments and copies its small inputs to /out. */
function printed({ args, inputs }: RunRequest): RunResult {
  return {
    kind: 'result',
    status: 'ok',
    exitCode: 0,
    fuel: BigInt(args.length + 1),
    stdout: new TextEncoder().encode(args.join(' ')),
    stderr: new Uint8Array(),
    files: inputs.flatMap(({ path, source }) =>
      source instanceof Uint8Array ? [{ path, bytes: source }] : [],
    ),
    wallMs: 1,
    cpuMs: 1,
  }
}

/** A run that ends only when it is cancelled. */
export function endless(signal: AbortSignal | undefined): Promise<RunFailure> {
  const failure: RunFailure = { kind: 'failure', reason: 'cancelled', message: 'cancelled' }
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(failure), { once: true })
  })
}
