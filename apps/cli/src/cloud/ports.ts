import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { PortInUseError } from '../errors.ts'
import type { PortName } from '../home/cloudFile.ts'
import { SERVICE_PORTS } from '../home/cloudFile.ts'
import { takeFile } from '../home/exclusiveFile.ts'

/** Where the search starts, one block per service so that several clouds read alike. */
const FIRST_PORT: Record<PortName, number> = {
  market: 7340,
  chain: 7345,
  storage: 7350,
  pool: 7355,
}
const STEP = 20

export const LOOPBACK = '127.0.0.1'

/** Locks that live as long as the process: one that nobody refers to would be closed. */
const claimed: { release(): void }[] = []

/**
 * A port for each service: the one asked for by flag, else the one of the last start, else the next
 * free one.
 *
 * @throws {PortInUseError} `PORT_IN_USE` when one asked for by flag is taken.
 */
export async function choosePorts({
  asked,
  remembered,
}: {
  asked: Partial<Record<PortName, number>>
  remembered: Partial<Record<PortName, number>>
}): Promise<Record<PortName, number>> {
  const chosen: Partial<Record<PortName, number>> = {}
  for (const name of SERVICE_PORTS) {
    const taken = new Set(Object.values(chosen))
    chosen[name] = await choosePort(name, { asked, remembered, taken })
  }
  return chosen as Record<PortName, number>
}

async function choosePort(
  name: PortName,
  {
    asked,
    remembered,
    taken,
  }: {
    asked: Partial<Record<PortName, number>>
    remembered: Partial<Record<PortName, number>>
    taken: ReadonlySet<number>
  },
): Promise<number> {
  const wanted = asked[name]
  if (wanted !== undefined) {
    if (taken.has(wanted) || !(await isFree(wanted)) || !claim(wanted))
      throw new PortInUseError({ flag: `--${name}-port`, port: wanted })
    return wanted
  }
  const last = remembered[name]
  if (last !== undefined && !taken.has(last) && (await isFree(last)) && claim(last)) return last
  for (let port = FIRST_PORT[name]; port < 65_536; port += STEP) {
    if (!taken.has(port) && (await isFree(port)) && claim(port)) return port
  }
  throw new RangeError('no free port')
}

/**
 * Keeps a port for this process until it ends: a service binds it a moment after it was found free, and
 * another cloud that starts in that moment must not choose it too.
 */
function claim(port: number): boolean {
  const user = userInfo().uid
  const dir = join(tmpdir(), `millrace-ports-${user}`)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = takeFile(join(dir, `${port}.lock`))
  if (lock !== undefined) claimed.push(lock)
  return lock !== undefined
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () =>
      server.close(() => resolve(true)),
    )
  })
}
