import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Address, address } from '@millrace/base'
import { type ContractAddresses, createReadClient, type ReadClient } from '@millrace/chain'
import { descendantsOf, isAlive } from './processes.ts'

const CLI = fileURLToPath(new URL('../../../apps/cli/bin/millrace.cjs', import.meta.url))

export type Finished = { code: number; stdout: string; stderr: string }

/** One process of a cloud, by what it is for. */
export const PARTS = [
  'chain',
  'anvil',
  'database',
  'postgres',
  'storage',
  'market',
  'pool',
  'worker-1',
  'worker-2',
  'sandbox',
] as const
export type Part = (typeof PARTS)[number]

/** What `cloud.json` says. */
export type CloudFacts = {
  rpcUrl: string
  storageUrl: string
  apiUrl: string
  poolUrl: string
  pool: Address
  contracts: ContractAddresses
  accounts: Record<string, Address>
}

/** A whole cloud of real processes in a home of its own. */
export type CloudUnderTest = {
  home: string
  /** A command of the CLI, as its own process. */
  millrace(args: readonly string[]): Promise<Finished>
  /** The same with `--json`, parsed; a code other than 0 is an error. */
  ask<T>(args: readonly string[]): Promise<T>
  facts(): CloudFacts
  chain(): ReadClient
  supervisor(): number
  /** Id of the process that plays a part now; undefined while there is none. */
  pidOf(part: Part): number | undefined
  /** Ids of all its processes. */
  pids(): number[]
  /** SIGKILL to the supervisor; resolves when it and all that it started are gone. */
  killAll(): Promise<void>
  /** Starts again on the same home, after {@link killAll}. */
  startAgain(): Promise<void>
  /** As Ctrl-C, then removes what is left on disk. */
  stop(): Promise<void>
}

export type CloudUnderTestOptions = {
  /** More flags of `cloud start`. */
  flags?: readonly string[]
  /** Where the home is made. */
  parentDir?: string | undefined
}

export async function startCloudUnderTest({
  flags = [],
  parentDir = tmpdir(),
}: CloudUnderTestOptions = {}): Promise<CloudUnderTest> {
  const home = mkdtempSync(join(parentDir, 'millrace-chaos-'))
  const start = () => startSupervisor(home, flags)
  const stopping = new AbortController()
  let supervisor = await start()
  let read: ReadClient | undefined
  const pidOfSupervisor = () => supervisor.pid ?? 0
  const pids = () => {
    const postgres = pidOfPostgres(home)
    const below = descendantsOf(pidOfSupervisor()).map(({ pid }) => pid)
    return postgres === undefined ? below : [...new Set([...below, postgres])]
  }
  const facts = () => readFacts(home)
  const millrace = (args: readonly string[]) => runMillrace(home, args)
  return {
    home,
    millrace,
    async ask<T>(args: readonly string[]) {
      const { code, stdout, stderr } = await millrace([...args, '--json'])
      if (code === 0) return JSON.parse(stdout) as T
      throw new Error(`millrace ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`)
    },
    facts,
    chain: () => (read ??= createReadClient({ ...facts(), signal: stopping.signal })),
    supervisor: pidOfSupervisor,
    pidOf: (part) =>
      part === 'postgres' ? pidOfPostgres(home) : findPart(pidOfSupervisor(), part),
    pids,
    async killAll() {
      const all = [pidOfSupervisor(), ...pids()]
      supervisor.kill('SIGKILL')
      await until('all processes of the cloud are gone', () => !all.some(isAlive))
    },
    async startAgain() {
      supervisor = await start()
    },
    async stop() {
      stopping.abort()
      if (supervisor.exitCode === null && supervisor.signalCode === null) {
        supervisor.kill('SIGINT')
        await once(supervisor, 'exit')
      }
      removeHome(home)
    },
  }
}

export async function runMillrace(home: string, args: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [CLI, '--home', home, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: home,
  })
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, stdout: stdout(), stderr: stderr() }
}

/** Waits for a condition that others bring about. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = 60_000, everyMs = 25 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<void> {
  const giveUpMs = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > giveUpMs) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

/** Resolves when the cloud says that it is up and its catalogue on sale. */
async function startSupervisor(home: string, flags: readonly string[]): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [CLI, '--home', home, 'cloud', 'start', '--no-job', ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  await until(
    `the cloud in ${home} is up`,
    () => {
      if (child.exitCode === null) return / catalogue /.test(stdout())
      throw new Error(`the cloud ended with ${child.exitCode}:\n${stderr()}${stdout()}`)
    },
    { timeoutMs: 90_000, everyMs: 50 },
  )
  return child
}

function findPart(supervisor: number, part: Exclude<Part, 'postgres'>): number | undefined {
  const all = descendantsOf(supervisor)
  const service = (name: string) => all.find(({ command }) => command === `millrace ${name}`)?.pid
  const below = (parent: number | undefined, program: RegExp) =>
    parent === undefined
      ? undefined
      : descendantsOf(parent).find(({ command }) => program.test(command))?.pid
  switch (part) {
    case 'anvil':
      return below(service('chain'), /^\S*\banvil /)
    case 'sandbox':
      return below(service('worker-1'), /^\S*node .*main\.mjs/)
    default:
      return service(part)
  }
}

/** The server outlives the service that started it: it is found by the file it keeps. */
function pidOfPostgres(home: string): number | undefined {
  try {
    const file = join(locationOfDatabase(home) ?? join(home, 'postgres'), 'data', 'postmaster.pid')
    const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
    return isAlive(pid) ? pid : undefined
  } catch {
    return undefined
  }
}

function readFacts(home: string): CloudFacts {
  const file = JSON.parse(readFileSync(join(home, 'cloud.json'), 'utf8'))
  const addresses = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, address(value)]))
  return {
    ...file,
    pool: address(file.pool),
    contracts: addresses(file.contracts),
    accounts: addresses(file.accounts),
  }
}

/** Root's database does not lie below the home: another account runs it. */
function removeHome(home: string): void {
  const database = locationOfDatabase(home)
  rmSync(home, { recursive: true, force: true })
  if (database?.startsWith('/var/lib/millrace/')) rmSync(database, { recursive: true, force: true })
}

function locationOfDatabase(home: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(home, 'postgres', 'location.json'), 'utf8')).root
  } catch {
    return undefined
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}
