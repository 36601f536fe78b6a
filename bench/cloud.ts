import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../apps/cli/bin/millrace.cjs', import.meta.url))

export type Finished = { code: number; stdout: string; stderr: string; tookMs: number }

/** Runs one command of the CLI as its own process, as a user would. */
export async function millrace(home: string, args: readonly string[]): Promise<Finished> {
  const began = performance.now()
  const child = spawn(process.execPath, [CLI, '--home', home, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, stdout: stdout(), stderr: stderr(), tookMs: performance.now() - began }
}

/** Like {@link millrace}, but a code other than 0 is an error with what was printed. */
export async function mustMillrace(home: string, args: readonly string[]): Promise<Finished> {
  const finished = await millrace(home, args)
  if (finished.code === 0) return finished
  throw new Error(
    `millrace ${args.join(' ')} ended with ${finished.code}:\n${finished.stderr}\n${finished.stdout}`,
  )
}

/** A cloud in a fresh home, without the main job; stopped and removed after `use`. */
export async function withCloud<T>(use: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const child = spawn(process.execPath, [CLI, '--home', home, 'cloud', 'start', '--no-job'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  try {
    await ready(home, child, () => stdout() + stderr())
    return await use(home)
  } finally {
    child.kill('SIGINT')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(home, { recursive: true, force: true })
  }
}

async function ready(home: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if (child.exitCode !== null)
      throw new Error(`the cloud ended with ${child.exitCode}:\n${output()}`)
    const { code } = await millrace(home, ['chain', 'status', '--json'])
    const apps = code === 0 ? await millrace(home, ['app', 'ls', '--json']) : undefined
    const workers = apps?.code === 0 ? await millrace(home, ['worker', 'ls', '--json']) : undefined
    if (
      workers?.code === 0 &&
      (workers.stdout.match(/"connected": ?true/g)?.length ?? 0) >= 2 &&
      apps?.stdout.includes('primes')
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`the cloud did not come up:\n${output()}`)
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}
