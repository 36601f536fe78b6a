// Cases of shared/vectors/classad_*.json, which HTCondor's own library has answered, as byte code: for the unit
// tests here and for those of the contract. Only what both of them need.
import { existsSync, readFileSync } from 'node:fs'
import { bytesToHex, type Hex } from '@millrace/base'
import { attributeOf, type ClassAd, type Expression } from '../ast.ts'
import { parseAd, parseExpression } from '../parser.ts'
import type { Mode } from '../tokens.ts'
import { type Cell, UNDEFINED_CELL } from './cell.ts'
import { KIND, PUSH } from './codes.ts'
import { attribute, compileExpression, type Names } from './compileExpression.ts'
import { run } from './evaluateProgram.ts'
import { encodeProgram, pushOf } from './program.ts'
import { encodeTable, nameWord } from './table.ts'

const FOLDER = new URL('../../../../../../shared/vectors/', import.meta.url)
export const ORACLE_FILES = [
  'doc_tables',
  'truth_tables',
  'functions_lexing',
  'matchmaking',
  'fuzz',
]

type Vector = {
  id: string
  mode: 'n' | 'o'
  left?: string
  right?: string
  expr: string
  type: string
  value: string
  match?: Record<'leftMatchesRight' | 'rightMatchesLeft' | 'leftRank' | 'rightRank', string>
  simplified_subset: boolean
}

/** An expression with the ads it is evaluated in, and what it must give. */
export type OracleCase = {
  id: string
  program: Hex
  my: Hex
  target: Hex
  expected: Cell
}
/** Two ads and whether the requirements of both must hold. */
export type OracleMatch = { id: string; left: Hex; right: Hex; expected: boolean }

export const hasOracle = existsSync(FOLDER)

/** Cases of one file that are marked as of the simplified language. */
export function vectorsOf(file: string): Vector[] {
  const text = readFileSync(new URL(`classad_${file}.json`, FOLDER), 'utf8')
  const { cases } = JSON.parse(text) as { cases: Vector[] }
  return cases.filter((vector) => vector.simplified_subset)
}

/** The expression of a case; requirements and ranks of its ads; and their match. */
export function oracleCases(vector: Vector): { cases: OracleCase[]; match?: OracleMatch } {
  const { id, match } = vector
  const mode: Mode = vector.mode === 'n' ? 'new' : 'old'
  const left = parseAd(vector.left ?? '[]', mode)
  const right = parseAd(vector.right ?? '[]', mode)
  const [my, target] = [tableOf(left, right, mode), tableOf(right, left, mode)]
  const leftOf = (node: Expression) => programOf(node, namesIn(left, mode))
  const rightOf = (node: Expression) => programOf(node, namesIn(right, mode))
  const program = leftOf(parseExpression(vector.expr, mode))
  const cases = [{ id, program, my, target, expected: cellOfText(vector.value) }]
  if (match === undefined) return { cases }
  const back = { my: target, target: my }
  const requirements = { left: leftOf(asked(left)), right: rightOf(asked(right)) }
  const leftHolds = cellOfText(match.rightMatchesLeft)
  const rightHolds = cellOfText(match.leftMatchesRight)
  cases.push(
    { id: `${id} left`, program: requirements.left, my, target, expected: leftHolds },
    { id: `${id} right`, program: requirements.right, ...back, expected: rightHolds },
    {
      id: `${id} left rank`,
      program: leftOf(asked(left, 'rank')),
      my,
      target,
      expected: cellOfText(match.leftRank),
    },
    {
      id: `${id} right rank`,
      program: rightOf(asked(right, 'rank')),
      ...back,
      expected: cellOfText(match.rightRank),
    },
  )
  return {
    cases,
    match: {
      id,
      left: `${my}${requirements.left.slice(2)}`,
      right: `${target}${requirements.right.slice(2)}`,
      expected: counts(leftHolds) && counts(rightHolds),
    },
  }
}

/** The language has undefined for an ad that asks for nothing, and then there is no match. */
function asked(ad: ClassAd, name = 'requirements'): Expression {
  return attributeOf(ad, name) ?? { kind: 'literal', value: { type: 'undefined' }, at: 0 }
}

function counts({ kind, word }: Cell): boolean {
  return (kind === KIND.boolean || kind === KIND.integer) && word !== 0n
}

/** In old mode names that an ad does not have are looked for in the other. */
function namesIn(ad: ClassAd, mode: Mode): Names {
  return (scope, name, at) => [attribute(codeOf(ad, mode, scope, name), name, at)]
}

function codeOf(ad: ClassAd, mode: Mode, scope: 'MY' | 'TARGET' | undefined, name: string): number {
  const elsewhere = mode === 'old' && scope === undefined && attributeOf(ad, name) === undefined
  return scope === 'TARGET' || elsewhere ? PUSH.target : PUSH.my
}

/** All attributes, also requirements and rank, with the values that they have against the other ad. */
function tableOf(ad: ClassAd, other: ClassAd, mode: Mode): Hex {
  const entries = [...ad.attributes.keys()].map((key) => ({
    name: nameWord(key) ?? 0n,
    cell: valueIn([ad, other], [0, key], mode, []),
  }))
  return bytesToHex(encodeTable(entries))
}

function programOf(node: Expression, names: Names): Hex {
  return bytesToHex(encodeProgram(compileExpression(node, names)))
}

/** What depends on itself is undefined. */
function valueIn(
  ads: [ClassAd, ClassAd],
  [side, key]: [0 | 1, string],
  mode: Mode,
  open: string[],
): Cell {
  const own = ads[side]
  const here = `${side} ${key}`
  const expression = open.includes(here) ? undefined : attributeOf(own, key)
  if (expression === undefined) return UNDEFINED_CELL
  const names: Names = (scope, name) => {
    const there = codeOf(own, mode, scope, name) === PUSH.my ? side : ((1 - side) as 0 | 1)
    return [pushOf(valueIn(ads, [there, name.toLowerCase()], mode, [...open, here]))]
  }
  return run(compileExpression(expression, names), { my: [], target: [] })
}

/** Expected values are written as literals are. */
function cellOfText(text: string): Cell {
  const names: Names = () => []
  return run(compileExpression(parseExpression(text), names), { my: [], target: [] })
}
