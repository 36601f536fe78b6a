import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { PortInUseError } from '../errors.ts'
import { choosePorts, LOOPBACK } from './ports.ts'

it('gives two clouds that start at the same moment different ports', async () => {
  const all = await Promise.all([1, 2, 3].map(() => choosePorts({ asked: {}, remembered: {} })))
  const ports = all.flatMap((chosen) => Object.values(chosen))
  expect(new Set(ports).size).toBe(12)
})

it('takes the ports of the last start unless somebody else has them', async () => {
  const { chain } = await choosePorts({ asked: {}, remembered: {} })
  const again = await choosePorts({ asked: {}, remembered: { chain } })
  expect(again.chain).not.toBe(chain)
})

it('refuses a port asked for that another program has', async () => {
  const server = createServer().listen(0, LOOPBACK)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await expect(choosePorts({ asked: { pool: port }, remembered: {} })).rejects.toThrow(
    PortInUseError,
  )
  server.close()
})
