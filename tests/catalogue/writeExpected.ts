// Runs the first task of every example and writes catalogue/expected.json, which the tests compare with.
//   node tests/catalogue/writeExpected.ts
import { writeFileSync } from 'node:fs'
import { EXPECTED, type Expected, expectedOf, PROGRAMS, runExample } from './examples.ts'
import { createRuntime } from './runApp.ts'

const runtime = await createRuntime()
const expected: Record<string, Expected> = {}
for (const name of [...PROGRAMS].sort())
  expected[name] = expectedOf(await runExample(runtime, name))
writeFileSync(EXPECTED, `${JSON.stringify(expected, null, 2)}\n`)
await runtime.close()
