import type { Expression } from '../ast.ts'
import { toText, truthOf } from '../convert.ts'
import { find } from '../lookUp.ts'
import { parseExpression } from '../parser.ts'
import { printExpression } from '../printer.ts'
import type { AdFunction, FunctionGroup, Run } from '../run.ts'
import { ERROR, stringOf, UNDEFINED } from '../value.ts'

const ifThenElse: AdFunction = (args, run) => {
  const [test, yes, no] = args
  if (test === undefined || yes === undefined || no === undefined || args.length > 3) return ERROR
  const value = run.evaluate(test)
  if (value.type === 'undefined') return UNDEFINED
  const truth = truthOf(value)
  return truth === undefined ? ERROR : run.evaluate(truth ? yes : no)
}

/** Reads its argument as an expression and evaluates that in the scope of the call. */
const evalText: AdFunction = (args, run) => {
  const [argument] = args
  if (argument === undefined || args.length > 1) return ERROR
  const text = toText(run.evaluate(argument))
  if (text.type !== 'string') return ERROR
  run.charge(text.value.length)
  const expression = readExpression(text.value, run)
  return expression === undefined ? ERROR : run.evaluateIn(expression, run.scope)
}

function readExpression(text: string, { mode }: Run): Expression | undefined {
  try {
    return parseExpression(text, mode)
  } catch {
    return undefined
  }
}

/** The text of the expression that an attribute of this ad holds, unevaluated. */
const unparse: AdFunction = (args, run) => {
  const [argument] = args
  if (argument?.kind !== 'reference' || args.length > 1) return ERROR
  if (argument.scope !== undefined || argument.absolute) return stringOf('')
  const found = find(argument, run.scope, run.mode)
  return stringOf(
    found !== undefined && 'expression' in found ? printExpression(found.expression) : '',
  )
}

const debug: AdFunction = (args, run) => {
  const [argument] = args
  return argument === undefined || args.length > 1 ? ERROR : run.evaluate(argument)
}

export const CONTROL: FunctionGroup = { ifthenelse: ifThenElse, eval: evalText, unparse, debug }
