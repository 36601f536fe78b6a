import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RemoteError } from '@millrace/base'
import type { Context } from '../context.ts'
import { ServiceFailedError } from '../errors.ts'
import type { Role } from '../services/channel.ts'
import type { LogLevel } from '../services/fileLogger.ts'
import { formatDuration } from '../terminal/format.ts'
import { type ServiceEvent, type SupervisedService, superviseService } from './superviseService.ts'

const ENTRY = fileURLToPath(new URL('../../bin/millrace.cjs', import.meta.url))

/** The services of one cloud, by name. */
export type CloudServices = {
  /** Starts the process, which loads its program and waits for {@link CloudServices.start}. */
  load(name: string, role: Role): void
  /** Hands over the configuration and waits until the service is ready. */
  start(name: string, config: object): Promise<Record<string, unknown>>
  pids(): Record<string, number | undefined>
  /** Last started, first stopped; those of one moment together. */
  stopAll(): Promise<void>
}

/** Order in which services stop: whoever needs the others goes first. */
const STOP_ORDER: Role[][] = [['worker'], ['pool'], ['market'], ['storage', 'chain', 'database']]

export function createServices(context: Context, logLevel: LogLevel): CloudServices {
  const { home, clock, out, t } = context
  const services = new Map<string, { role: Role; service: SupervisedService }>()
  const onEvent = (event: ServiceEvent): void => {
    if (event.kind === 'died') {
      const { name, how, againInMs } = event
      out.note(t.cloud.died({ name, how, again: formatDuration(againInMs / 1000) }))
    } else if (event.restarts > 0) out.note(t.cloud.back({ name: event.name }))
  }
  return {
    load: (name, role) => {
      const service = superviseService({
        name,
        role,
        entry: ENTRY,
        logsDir: home.logsDir,
        clock,
        onEvent,
      })
      services.set(name, { role, service })
    },
    start: async (name, config) => {
      const found = services.get(name)
      if (found === undefined) throw new RangeError(`no service ${name}`)
      found.service.start({ name, logsDir: home.logsDir, logLevel, service: config })
      try {
        return await found.service.ready
      } catch (error) {
        const log = join(home.logsDir, `${name}.log`)
        const reason = error instanceof Error ? error.message : String(error)
        const code = error instanceof RemoteError ? error.code : undefined
        throw new ServiceFailedError({ service: name, reason, log, code, cause: error })
      }
    },
    pids: () =>
      Object.fromEntries([...services].map(([name, { service }]) => [name, service.pid()])),
    stopAll: async () => {
      for (const roles of STOP_ORDER) {
        const stopping = [...services.values()].filter(({ role }) => roles.includes(role))
        await Promise.all(stopping.map(({ service }) => service.stop()))
      }
    },
  }
}
