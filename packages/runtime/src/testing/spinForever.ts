import { aRuntime, fixture } from './programs.ts'
import { aRequest } from './requests.ts'

// A process of its own, to be killed by sandbox.int.ts while a program of its spins.
const runtime = await aRuntime()
const prepared = await runtime.prepare(fixture('attack'))
process.stdout.write('running\n')
const request = aRequest({ args: ['spin'], limits: { fuel: 1n << 62n, wallMs: 3_600_000 } })
await runtime.run(prepared, request, { group: 'g' })
