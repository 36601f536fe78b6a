import type { Node } from '../parseSolidity.ts'
import { YUL_HIT } from './yul.ts'

/** Something that a test should reach: a statement, or one outcome of a condition. */
export type Point = {
  file: string
  line: number
  what: 'statement' | 'false' | 'true'
  text: string
}

type Insertion = { at: number; order: number; text: string }

/** Rewrites one source so that it reports the points that it passes; adds them to `points`. */
export class Instrumenter {
  readonly #source: Buffer
  readonly #file: string
  readonly #points: Point[]
  readonly #insertions: Insertion[] = []

  /** @param points Of all files together: a point's number is its place in there. */
  constructor(file: string, source: Buffer, points: Point[]) {
    this.#file = file
    this.#source = source
    this.#points = points
  }

  /** @param ast Of this source, as the compiler parsed it. */
  run(ast: Node, importCov: string): string {
    this.#visit(ast)
    const pragma = this.#source.indexOf('pragma solidity')
    const line = this.#source.indexOf('\n', pragma)
    this.#insert(line, `\n${importCov}`)
    this.#insertions.sort((a, b) => a.at - b.at || a.order - b.order)
    let text = ''
    let from = 0
    for (const { at, text: inserted } of this.#insertions) {
      text += this.#source.subarray(from, at).toString() + inserted
      from = at
    }
    return text + this.#source.subarray(from).toString()
  }

  #visit(value: unknown): void {
    if (value === null || typeof value !== 'object') return
    if (!Array.isArray(value)) this.#open(value as Node)
    for (const child of Object.values(value)) this.#visit(child)
    if (!Array.isArray(value)) this.#close(value as Node)
  }

  #open(node: Node): void {
    for (const statement of BLOCKS.has(node.nodeType) ? (node.statements ?? []) : [])
      if (!BLOCKS.has(statement.nodeType)) this.#insert(startOf(statement), this.#hit(statement))
    if (CONDITIONAL.has(node.nodeType)) {
      for (const body of bodiesOf(node)) this.#insert(startOf(body), `{ ${this.#hit(body)}`)
      this.#condition(node.condition)
    }
    this.#openYul(node)
  }

  /** Behind all that was inserted inside of it: a body without braces gets them. */
  #close(node: Node): void {
    if (!CONDITIONAL.has(node.nodeType)) return
    for (const body of bodiesOf(node)) this.#insert(this.#behind(body), ' }')
  }

  #openYul(node: Node): void {
    if (node.nodeType === 'InlineAssembly' && node.AST !== undefined && hasBranch(node.AST))
      this.#insert(startOf(node.AST) + 1, YUL_HIT)
    if (node.nodeType === 'YulIf') this.#yulIf(node)
    if (node.nodeType === 'YulSwitch') this.#yulSwitch(node)
    if ((node.nodeType === 'YulCase' || node.nodeType === 'YulForLoop') && node.body)
      this.#insert(startOf(node.body) + 1, this.#yulHit(node, 'statement'))
  }

  /** The compiler's end of a statement is before its semicolon, if it has one. */
  #behind(statement: Node): number {
    const rest = this.#source.subarray(endOf(statement)).toString()
    return endOf(statement) + (/^\s*;/.exec(rest)?.[0].length ?? 0)
  }

  #hit(statement: Node): string {
    return `Cov.hit(${this.#point(statement, 'statement')}); `
  }

  #condition(condition: Node | null | undefined): void {
    if (!condition || condition.nodeType === 'Literal') return
    const point = this.#point(condition, 'false')
    this.#point(condition, 'true')
    this.#insert(startOf(condition), `Cov.on(${point}, `)
    this.#insert(endOf(condition), ')')
  }

  /** Yul has no else: `if c { … }` becomes a switch, with a report for either outcome. */
  #yulIf(node: Node): void {
    const { condition, body } = node
    if (!condition || !body) return
    const taken = this.#yulHit(condition, 'true')
    this.#replaceWord(startOf(node), 'if', 'switch iszero(iszero(')
    this.#insert(endOf(condition), ')) case 1 ')
    this.#insert(startOf(body) + 1, taken)
    this.#insert(endOf(node), ` default { ${this.#yulHit(condition, 'false')}}`)
  }

  #yulSwitch(node: Node): void {
    if (node.cases?.some(({ value }) => value === 'default')) return
    this.#insert(endOf(node), ` default { ${this.#yulHit(node, 'false')}}`)
  }

  #yulHit(node: Node, what: Point['what']): string {
    return ` covHit(${this.#point(node, what)}) `
  }

  #point(node: Node, what: Point['what']): number {
    const line = this.#source.subarray(0, startOf(node)).toString().split('\n').length
    const text = this.#source
      .subarray(startOf(node), endOf(node))
      .toString()
      .replaceAll(/\s+/g, ' ')
    return this.#points.push({ file: this.#file, line, what, text }) - 1
  }

  #insert(at: number, text: string): void {
    this.#insertions.push({ at, order: this.#insertions.length, text })
  }

  /** Cuts a keyword out by turning it into a comment. */
  #replaceWord(at: number, word: string, text: string): void {
    this.#insert(at, `${text}/*`)
    this.#insert(at + word.length, '*/')
  }
}

const BLOCKS = new Set(['Block', 'UncheckedBlock'])
const CONDITIONAL = new Set([
  'IfStatement',
  'ForStatement',
  'WhileStatement',
  'DoWhileStatement',
  'Conditional',
])
const YUL_BRANCHES = new Set(['YulIf', 'YulSwitch', 'YulForLoop'])

function hasBranch(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  return YUL_BRANCHES.has((value as Node).nodeType) || Object.values(value).some(hasBranch)
}

/** What a condition decides about, where it has no braces of its own. */
function bodiesOf({ trueBody, falseBody, body }: Node): Node[] {
  return [trueBody, falseBody, body]
    .filter((one) => !!one)
    .filter((one) => !BLOCKS.has(one.nodeType))
}

function startOf(node: Node): number {
  return Number(node.src.split(':')[0])
}

function endOf(node: Node): number {
  return startOf(node) + Number(node.src.split(':')[1])
}
