import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { silentLogger } from '@millrace/base'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findBinaries, prepareBinaries } from './binaries.ts'
import { connectDatabase } from './connectDatabase.ts'
import { findPostmaster } from './postmaster.ts'
import { type PostgresServer, removePostgres, startPostgres } from './startPostgres.ts'

const log = silentLogger
const isRoot = process.getuid?.() === 0
let base: string
let dir: string
let servers: PostgresServer[]

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'millrace-pg-'))
  await chmod(base, 0o755)
  dir = path.join(base, 'postgres')
  servers = []
})
afterEach(async () => {
  for (const server of servers) await server.stop()
  await rm(base, { recursive: true, force: true })
})

const start = async (at = dir): Promise<PostgresServer> => {
  const server = await startPostgres({ dir: at }, { log })
  servers.push(server)
  return server
}

/** Runs one statement on a connection of its own. */
const run = async (server: PostgresServer, text: string): Promise<unknown[]> => {
  const database = await connectDatabase(server.connection, { schema: 'public' })
  try {
    return await database.query(text)
  } finally {
    await database.close()
  }
}

test('creates a database, finds it again, and adopts a running server', async () => {
  const first = await start()
  expect(first.how).toBe('created')
  await run(first, 'create table t as select 42 as n')
  const again = await start()
  expect(again).toMatchObject({ how: 'adopted', pid: first.pid })
  await first.stop()
  await again.closed
  const third = await start()
  expect(third.how).toBe('started')
  expect(await run(third, 'select n from t')).toEqual([{ n: 42 }])
})

test('listens on no port and lets nobody else into its socket folder', async () => {
  const server = await start()
  expect(await run(server, "select current_setting('listen_addresses') as at")).toEqual([
    { at: '' },
  ])
  const socketDir = findPostmaster(path.join(dir, 'data'))?.socketDir ?? ''
  expect((await stat(socketDir)).mode & 0o777).toBe(0o700)
})

test('gives one server to two processes that start it at the same moment', async () => {
  const [a, b] = await Promise.all([start(), start()])
  expect(a.pid).toBe(b.pid)
})

test('keeps commits through a kill of the server', async () => {
  const server = await start()
  await run(server, 'create table t(n int); insert into t values (1)')
  process.kill(server.pid, 'SIGKILL')
  await server.closed
  const again = await start()
  expect(again.pid).not.toBe(server.pid)
  expect(await run(again, 'select n from t')).toEqual([{ n: 1 }])
})

test('adopts the server that a killed supervisor left behind', async () => {
  const script = `
    import { startPostgres } from ${JSON.stringify(import.meta.resolve('./startPostgres.ts'))}
    import { silentLogger } from ${JSON.stringify(import.meta.resolve('@millrace/base'))}
    const { pid } = await startPostgres({ dir: ${JSON.stringify(dir)} }, { log: silentLogger })
    console.log(pid)
    setInterval(() => {}, 1000)`
  const file = path.join(base, 'supervisor.mjs')
  await writeFile(file, script)
  const supervisor = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(supervisor.stdout, 'data')) as [Buffer]
  supervisor.kill('SIGKILL')
  await once(supervisor, 'exit')
  const server = await start()
  expect(server).toMatchObject({ how: 'adopted', pid: Number(line.toString()) })
})

test('starts when the id of a dead server belongs to another process now', async () => {
  const server = await start()
  process.kill(server.pid, 'SIGKILL')
  await server.closed
  const file = path.join(dir, 'data/postmaster.pid')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(String(server.pid), String(process.pid)))
  expect((await start()).how).toBe('started')
})

test('works in a folder whose path is too long for a socket', async () => {
  const server = await start(path.join(base, 'a-long-name-'.repeat(12)))
  expect(await run(server, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('says what is wrong with a damaged folder, and how to go on', async () => {
  await mkdir(path.join(dir, 'data'), { recursive: true })
  await writeFile(path.join(dir, 'data/PG_VERSION'), '9.6\n')
  if (isRoot)
    for (const at of ['data', 'data/PG_VERSION']) await chown(path.join(dir, at), 65534, 65534)
  await chmod(path.join(dir, 'data'), 0o700)
  await expect(start()).rejects.toMatchObject({
    code: 'POSTGRES_START_FAILED',
    hints: [expect.stringContaining('server.log'), expect.stringContaining('DATABASE_URL')],
  })
})

test('stops when its signal aborts', async () => {
  const stop = new AbortController()
  const server = await startPostgres({ dir }, { log, signal: stop.signal })
  stop.abort()
  await server.closed
  expect(findPostmaster(path.join(dir, 'data'))).toBeUndefined()
})

test('copies the binaries where npm’s are out of reach', async () => {
  const { root, version } = await findBinaries()
  const hidden = path.join(base, 'hidden')
  await mkdir(hidden, { mode: 0o700 })
  await cp(path.join(root, 'native'), path.join(hidden, 'native'), { recursive: true })
  const stranger = { uid: (process.getuid?.() ?? 0) + 1, gid: 65533 }
  const bin = await prepareBinaries(
    { root: hidden, version },
    { account: stranger, copyDir: path.join(base, 'copy') },
  )
  expect(bin.startsWith(path.join(base, 'copy'))).toBe(true)
  const child = spawn(path.join(bin, 'postgres'), ['--version'], { stdio: 'ignore' })
  expect(await once(child, 'exit')).toEqual([0, null])
})

test.runIf(isRoot)('keeps root’s database where the account can reach it', async () => {
  const home = path.join(base, 'home')
  await mkdir(home, { mode: 0o700 })
  const at = path.join(home, 'postgres')
  const first = await start(at)
  await run(first, 'create table t as select 7 as n')
  const { root } = JSON.parse(await readFile(path.join(at, 'location.json'), 'utf8')) as {
    root: string
  }
  expect(root.startsWith('/var/lib/millrace/')).toBe(true)
  await first.stop()
  expect(await run(await start(at), 'select n from t')).toEqual([{ n: 7 }])
  await removePostgres({ dir: at }, { log })
  expect([existsSync(root), existsSync(at)]).toEqual([false, false])
})
