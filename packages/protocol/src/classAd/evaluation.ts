import type { BinaryNode, CallNode, ConditionalNode, Expression, SubscriptNode } from './ast.ts'
import { attributeOf } from './ast.ts'
import { truthOf } from './convert.ts'
import { functionNamed } from './functions/functionTable.ts'
import { MAX_OPEN, MAX_REFERENCES, MAX_STEPS } from './limits.ts'
import { type Found, find, findIn, scopeOfAd } from './lookUp.ts'
import { shortCircuit } from './operators/logic.ts'
import { operate, operateUnary } from './operators/operate.ts'
import type { Run, Surroundings } from './run.ts'
import { ERROR, type ListValue, type Scope, UNDEFINED, type Value } from './value.ts'

/** Thrown inside an evaluation beyond its limits; its value is then error. */
class LimitReached extends Error {}

/** One evaluation: what is open, and how much work it may still do. */
export class Evaluation {
  readonly #surroundings: Surroundings
  readonly #maxSteps: number
  /** References being evaluated, so that one that comes back to itself is seen. */
  readonly #references: { expression: Expression; scope: Scope }[] = []
  #open = 0
  #steps = 0

  constructor(surroundings: Surroundings, maxSteps = MAX_STEPS) {
    this.#surroundings = surroundings
    this.#maxSteps = Math.min(maxSteps, MAX_STEPS)
  }

  /** The value of an expression; error when it takes more work than the limits allow. */
  valueIn(expression: Expression, scope: Scope | undefined): Value {
    try {
      return this.#evaluate(expression, scope)
    } catch (error) {
      if (error instanceof LimitReached) return ERROR
      throw error
    }
  }

  #charge(steps: number): void {
    this.#steps += steps
    if (this.#steps > this.#maxSteps) throw new LimitReached()
  }

  #evaluate(expression: Expression, scope: Scope | undefined): Value {
    this.#open += 1
    if (this.#open > MAX_OPEN) throw new LimitReached()
    const value = this.#dispatch(expression, scope)
    this.#open -= 1
    // Long texts cost more: whoever gets one may read all of it.
    this.#charge(value.type === 'string' ? 1 + (value.value.length >> 6) : 1)
    return value
  }

  #dispatch(expression: Expression, scope: Scope | undefined): Value {
    switch (expression.kind) {
      case 'literal':
        return expression.value
      case 'reference':
        if (expression.scope === undefined) {
          return this.#resolve(find(expression, scope, this.#surroundings.mode))
        }
        return this.#select(this.#evaluate(expression.scope, scope), expression.name)
      case 'unary':
        return operateUnary(expression.op, this.#evaluate(expression.operand, scope))
      case 'binary':
        return this.#binary(expression, scope)
      case 'conditional':
        return this.#conditional(expression, scope)
      case 'subscript':
        return this.#subscript(expression, scope)
      case 'call':
        return this.#call(expression, scope)
      case 'list':
        return { type: 'list', items: expression.items, scope }
      case 'ad':
        return { type: 'ad', scope: scopeOfAd(expression.ad, scope) }
    }
  }

  #binary({ op, left, right }: BinaryNode, scope: Scope | undefined): Value {
    const first = this.#evaluate(left, scope)
    if (op === '&&' || op === '||') {
      const known = shortCircuit(op, first)
      if (known !== undefined) return known
    }
    if (op === '?:' && first.type !== 'undefined') return first
    return operate(op, first, this.#evaluate(right, scope))
  }

  #conditional({ test, yes, no }: ConditionalNode, scope: Scope | undefined): Value {
    const value = this.#evaluate(test, scope)
    if (yes === undefined) return value.type === 'undefined' ? this.#evaluate(no, scope) : value
    if (value.type === 'undefined') return value
    const truth = truthOf(value)
    if (truth === undefined) return ERROR
    return this.#evaluate(truth ? yes : no, scope)
  }

  #resolve(found: Found | undefined): Value {
    if (found === undefined) return UNDEFINED
    return 'value' in found ? found.value : this.#follow(found.expression, found.scope)
  }

  #select(of: Value, name: string): Value {
    if (of.type === 'undefined' || of.type === 'error') return of
    if (of.type === 'list') return this.#project(of, name)
    if (of.type !== 'ad') return ERROR
    return this.#resolve(findIn(name, of.scope, this.#surroundings.mode))
  }

  /** `{[a = 1], [a = 2]}.a` is `{1, 2}`. */
  #project(list: ListValue, name: string): Value {
    const items: Expression[] = list.items.map((item) => {
      const value = this.#select(this.#evaluate(item, list.scope), name)
      return { kind: 'literal', value, at: 0 }
    })
    return { type: 'list', items, scope: undefined }
  }

  #follow(expression: Expression, scope: Scope): Value {
    // A reference that comes back to itself is undefined, as in the reference implementation.
    if (this.#references.some((open) => open.expression === expression && open.scope === scope)) {
      return UNDEFINED
    }
    if (this.#references.length >= MAX_REFERENCES) throw new LimitReached()
    this.#references.push({ expression, scope })
    const value = this.#evaluate(expression, scope)
    this.#references.pop()
    return value
  }

  #subscript({ of, index }: SubscriptNode, scope: Scope | undefined): Value {
    const whole = this.#evaluate(of, scope)
    const key = this.#evaluate(index, scope)
    if (whole.type === 'error' || key.type === 'error') return ERROR
    if (whole.type === 'undefined' || key.type === 'undefined') return UNDEFINED
    if (whole.type === 'ad' && key.type === 'string') {
      const expression = attributeOf(whole.scope.ad, key.value)
      return expression === undefined ? UNDEFINED : this.#follow(expression, whole.scope)
    }
    if (whole.type !== 'list' || key.type !== 'integer') return ERROR
    const item = key.value < 0n ? undefined : whole.items[Number(key.value)]
    return item === undefined ? ERROR : this.#evaluate(item, whole.scope)
  }

  #call({ name, args }: CallNode, scope: Scope | undefined): Value {
    const call = functionNamed(name)
    return call === undefined ? ERROR : call(args, this.#runIn(scope))
  }

  #runIn(scope: Scope | undefined): Run {
    return {
      ...this.#surroundings,
      scope,
      evaluate: (argument) => this.#evaluate(argument, scope),
      evaluateItems: (list) => this.#items(list),
      evaluateIn: (expression, inScope) => this.#evaluate(expression, inScope),
      charge: (steps) => this.#charge(steps),
    }
  }

  *#items(list: ListValue): Iterable<Value> {
    for (const item of list.items) yield this.#evaluate(item, list.scope)
  }
}
