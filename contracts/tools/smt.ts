// Proves contracts/test/smt/Properties.sol with solc's model checker and z3, both from npm. solc asks its questions in
// SMT-LIB, z3 (WebAssembly) answers them, and solc is told the answers. Fails when one is refuted or stays open.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { init } from 'z3-solver'

const FILE = 'contracts/test/smt/Properties.sol'
const TIMEOUT_MS = 60_000
const require = createRequire(import.meta.url)
const solc = require('solc') as {
  compile(input: string, callbacks: { import: (path: string) => object }): string
}

type Output = {
  errors?: { severity: string; errorCode: string; message: string; formattedMessage: string }[]
  auxiliaryInputRequested?: { smtlib2queries?: Record<string, string> }
}

const read = (path: string): string => readFileSync(path, 'utf8')

/** One run of the compiler, with what was answered before. */
function check(responses: Record<string, string>): Output {
  const input = {
    language: 'Solidity',
    sources: { [FILE]: { content: read(FILE) } },
    settings: {
      evmVersion: 'shanghai',
      outputSelection: { '*': { '': ['ast'] } },
      modelChecker: {
        engine: 'bmc',
        solvers: ['smtlib2'],
        contracts: { [FILE]: ['Properties'] },
        targets: ['assert', 'overflow', 'underflow', 'divByZero'],
        timeout: TIMEOUT_MS,
        showProvedSafe: true,
        showUnproved: true,
      },
    },
    auxiliaryInput: { smtlib2responses: responses },
  }
  const callbacks = { import: (path: string) => ({ contents: read(path) }) }
  return JSON.parse(solc.compile(JSON.stringify(input), callbacks)) as Output
}

const { Z3 } = await init()

async function answerTo(query: string): Promise<string> {
  const config = Z3.mk_config()
  const context = Z3.mk_context(config)
  Z3.del_config(config)
  const limited = `(set-option :timeout ${TIMEOUT_MS})\n${query}`
  const answer = await Z3.eval_smtlib2_string(context, limited)
  Z3.del_context(context)
  return answer
}

const first = check({})
const failures = (first.errors ?? []).filter(({ severity }) => severity === 'error')
for (const { formattedMessage } of failures) console.error(formattedMessage)
const responses: Record<string, string> = {}
for (const [hash, query] of Object.entries(first.auxiliaryInputRequested?.smtlib2queries ?? {}))
  responses[hash] = await answerTo(query)
const verdicts = (check(responses).errors ?? []).filter(({ message }) => /^BMC: /.test(message))
const proved = verdicts.filter(({ message }) => /is safe!/.test(message))
for (const { formattedMessage, message } of verdicts)
  if (!/is safe!/.test(message)) console.error(formattedMessage)
console.log(`smt: ${proved.length} of ${verdicts.length} targets proved`)
const isDone = failures.length === 0 && verdicts.length > 0 && proved.length === verdicts.length
process.exit(isDone ? 0 : 1)
