import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@millrace/base'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  type ServiceEvent,
  type SupervisedService,
  type SuperviseOptions,
  superviseService,
} from './superviseService.ts'

// A service as the supervisor sees it: it gets a configuration, says that it is ready, and obeys.
const SERVICE = `
  const fs = require('node:fs')
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message) => {
    if (message.type === 'stop') { if (!globalThis.deaf) process.exit(0); return }
    const { log, refuse, deaf } = message.config
    globalThis.deaf = deaf
    fs.appendFileSync(log, process.pid + '\\n')
    if (refuse) {
      process.send({ type: 'failed', error: { code: 'REFUSED', message: 'not today', meta: {}, hints: [] } })
      process.exit(1)
    }
    process.send({ type: 'ready', info: { answer: 42 } })
  })
  setInterval(() => {}, 1000)`

let dir: string
let service: SupervisedService | undefined
const events: ServiceEvent[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-service-'))
  writeFileSync(join(dir, 'service.cjs'), SERVICE)
  events.length = 0
})
afterEach(async () => {
  await service?.stop()
  rmSync(dir, { recursive: true, force: true })
})

function supervise(options: Partial<SuperviseOptions> = {}): SupervisedService {
  service = superviseService({
    name: 'storage',
    role: 'storage',
    entry: join(dir, 'service.cjs'),
    logsDir: dir,
    clock: systemClock,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return service
}

const log = (): string => join(dir, 'pids')
const pids = (): string[] => readFileSync(log(), 'utf8').trim().split('\n')

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0)
    return true
  } catch {
    return false
  }
}

it('hands over the configuration and says what the service said of itself', async () => {
  const started = supervise()
  started.start({ log: log() })
  await expect(started.ready).resolves.toEqual({ answer: 42 })
})

it('starts a service again with the same configuration whenever it is killed', async () => {
  const started = supervise()
  started.start({ log: log() })
  await started.ready
  process.kill(started.pid() ?? 0, 'SIGKILL')
  await expect.poll(() => events.map(({ kind }) => kind)).toEqual(['ready', 'died', 'ready'])
  expect(events[1]).toMatchObject({ how: 'signal SIGKILL' })
  expect(new Set(pids()).size).toBe(2)
})

it('gives up a service whose first start fails, with the reason that it gave', async () => {
  const started = supervise()
  started.start({ log: log(), refuse: true })
  await expect(started.ready).rejects.toMatchObject({ code: 'REFUSED', message: 'not today' })
  expect(events).toEqual([])
})

it('stops a service for good, also one that never got its configuration', async () => {
  const started = supervise()
  const pid = started.pid()
  await started.stop()
  expect(isAlive(pid)).toBe(false)
})

it('kills a service that does not stop when it is told to', async () => {
  const impatient = { ...systemClock, sleep: () => systemClock.sleep(50) }
  const started = supervise({ clock: impatient })
  started.start({ log: log(), deaf: true })
  await started.ready
  const pid = started.pid()
  await started.stop()
  expect(isAlive(pid)).toBe(false)
})
