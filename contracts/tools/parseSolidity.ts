import { createRequire } from 'node:module'

const require = createRequire(new URL('../package.json', import.meta.url))
const solc = require('solc') as {
  compile(input: string, callbacks: { import: () => object }): string
}

/** Of the compiler's tree, what is asked for here; which of these a node has follows from its type. */
export type Node = {
  nodeType: string
  /** start:length:file, in bytes. */
  src: string
  statements?: Node[]
  trueBody?: Node
  falseBody?: Node | null
  body?: Node | null
  condition?: Node | null
  expression?: Node
  AST?: Node
  cases?: Node[]
  value?: unknown
}

/**
 * The tree of a source as it is written, without types, for which none of the imported files is needed.
 * @throws SyntaxError with the compiler's message, if it is no Solidity.
 */
export function parseSolidity(file: string, source: string): Node {
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: source } },
    settings: { stopAfter: 'parsing', outputSelection: { '*': { '': ['ast'] } } },
  }
  const anything = { contents: 'pragma solidity 0.8.37;' }
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: () => anything })) as {
    errors?: { severity: string; formattedMessage: string }[]
    sources: Record<string, { ast: Node }>
  }
  const error = output.errors?.find(({ severity }) => severity === 'error')
  if (error !== undefined) throw new SyntaxError(error.formattedMessage)
  return (output.sources[file] as { ast: Node }).ast
}
