import { rmSync } from 'node:fs'
import { chmod, mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { silentLogger } from '@millrace/base'
import { connectDatabase, type Database, removePostgres, startPostgres } from '@millrace/database'

/** A PostgreSQL server of a test file's own, with an empty database; nothing of it outlives the tests. */
export type TestDatabase = {
  /** What `connectDatabase` takes. */
  connection: string
  /** Connects; each schema starts empty. */
  connect(schema: string): Promise<Database>
  /** An empty database beside the first one, on the same server. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/**
 * Starts a server in a temporary folder, once per test file: call it in `beforeAll`, `stop` in
 * `afterAll`. Takes half a second; it does not survive a power cut, and does not need to.
 */
export async function startTestDatabase(): Promise<TestDatabase> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'millrace-test-'))
  // As root the server runs as another account, which must get in.
  await chmod(dir, 0o755)
  const server = await startPostgres(
    { dir, settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '32MB' } },
    { log: silentLogger },
  )
  // A test runner that ends early must not leave a server behind.
  const killNow = (): void => {
    process.kill(server.pid, 'SIGQUIT')
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
  process.once('exit', killNow)
  const connected: Database[] = []
  return {
    connection: server.connection,
    connect: async (schema) => {
      const database = await connectDatabase(server.connection, { schema })
      connected.push(database)
      return database
    },
    createDatabase: async (name) => {
      const admin = await connectDatabase(server.connection, { schema: 'public' })
      await admin.query(`create database ${name}`)
      await admin.close()
      return server.connection.replace('/postgres?', `/${name}?`)
    },
    stop: async () => {
      process.off('exit', killNow)
      await Promise.all(connected.map((database) => database.close()))
      await removePostgres({ dir }, { log: silentLogger })
    },
  }
}
