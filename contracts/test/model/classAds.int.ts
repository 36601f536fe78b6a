import { classAdsAbi } from '@millrace/abi'
import type { Hex } from '@millrace/base'
import { AdEncodingError, type Cell, evaluateProgram, matchesAds } from '@millrace/protocol'
import fc from 'fast-check'
import { decodeErrorResult, decodeFunctionResult, encodeFunctionData } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  hasOracle,
  ORACLE_FILES,
  oracleCases,
  vectorsOf,
} from '../../../packages/protocol/src/classAd/bytecode/oracleCases.ts'
import { type LocalMarket, startLocalMarket } from '../../tools/localMarket.ts'
import { someAd, someBytes, someProgram } from './someAds.ts'

let local: LocalMarket
beforeAll(async () => {
  local = await startLocalMarket()
})
afterAll(() => local.stop())

type Evaluate = { program: Hex; my: Hex; target: Hex }
type Match = { left: Hex; right: Hex }
/** What a call gives: a value, a verdict, or the refusal by name and values. */
type Outcome = Cell | boolean | string

const BATCH = 400

/** Asks the deployed contract, many calls in one request. */
async function ask(calls: readonly (Evaluate | Match)[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (let first = 0; first < calls.length; first += BATCH) {
    const requests = calls.slice(first, first + BATCH).map((call, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'eth_call',
      params: [{ to: local.contracts.classAds, data: encode(call) }, 'latest'],
    }))
    const response = await fetch(local.client.transport.url as string, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(requests),
    })
    const answers = (await response.json()) as Answer[]
    answers.sort((a, b) => a.id - b.id)
    for (const [i, answer] of answers.entries()) {
      outcomes.push(decode(calls[first + i] as Evaluate | Match, answer))
    }
  }
  return outcomes
}

type Answer = { id: number; result?: Hex; error?: { message: string; data?: Hex } }

function encode(call: Evaluate | Match): Hex {
  return 'left' in call
    ? encodeFunctionData({
        abi: classAdsAbi,
        functionName: 'matches',
        args: [call.left, call.right],
      })
    : encodeFunctionData({
        abi: classAdsAbi,
        functionName: 'evaluate',
        args: [call.program, call.my, call.target],
      })
}

function decode(call: Evaluate | Match, { result, error }: Answer): Outcome {
  if (result === undefined) {
    const { errorName, args } = decodeErrorResult({ abi: classAdsAbi, data: error?.data ?? '0x' })
    return `${errorName}(${args.join(', ')})`
  }
  if ('left' in call) {
    return decodeFunctionResult({ abi: classAdsAbi, functionName: 'matches', data: result })
  }
  const [kind, value] = decodeFunctionResult({
    abi: classAdsAbi,
    functionName: 'evaluate',
    data: result,
  })
  return { kind: kind as Cell['kind'], word: kind === 4 ? BigInt.asUintN(256, value) : value }
}

/** What TypeScript makes of the same call. */
function expected(call: Evaluate | Match): Outcome {
  try {
    return 'left' in call
      ? matchesAds(call.left, call.right)
      : evaluateProgram(call.program, call.my, call.target)
  } catch (error) {
    if (error instanceof AdEncodingError) return `${error.fault}(${error.side}, ${error.value})`
    throw error
  }
}

describe.skipIf(!hasOracle)('the contract gives what HTCondor answers', () => {
  it.each(ORACLE_FILES)('in every case of the subset in classad_%s.json', async (file) => {
    const made = vectorsOf(file).map(oracleCases)
    const cases = made.flatMap(({ cases }) => cases)
    const matches = made.flatMap(({ match }) => match ?? [])
    const outcomes = await ask([...cases, ...matches])
    for (const [i, { id, expected }] of [...cases, ...matches].entries()) {
      expect({ id, outcome: outcomes[i] }).toEqual({ id, outcome: expected })
    }
  })
})

describe('contract and TypeScript agree', () => {
  const agree = async (calls: (Evaluate | Match)[]) => {
    const outcomes = await ask(calls)
    for (const [i, call] of calls.entries()) {
      expect({ call, outcome: outcomes[i] }).toEqual({ call, outcome: expected(call) })
    }
    return outcomes
  }

  it('on the value of any program', async () => {
    const calls = fc.sample(fc.record({ program: someProgram, my: someAd, target: someAd }), {
      numRuns: 3000,
      seed: 20_260_103,
    })
    const outcomes = await agree(calls)
    const kinds = [0, 1, 2, 3, 4].map(
      (kind) => outcomes.filter((found) => typeof found === 'object' && found.kind === kind).length,
    )
    // A run in which all is undefined proves nothing.
    for (const count of kinds) expect(count).toBeGreaterThan(30)
  })

  it('on whether any two ads match', async () => {
    const calls = fc.sample(fc.record({ left: someAd, right: someAd }), {
      numRuns: 2000,
      seed: 20_260_104,
    })
    const outcomes = await agree(calls)
    expect(outcomes.filter((found) => found === true).length).toBeGreaterThan(50)
    expect(outcomes.filter((found) => found === false).length).toBeGreaterThan(50)
  })

  it('on what is refused, and how, of bytes that have been broken', async () => {
    const evaluations = fc.sample(
      fc.record({
        program: someBytes(someProgram),
        my: someBytes(someAd),
        target: someBytes(someAd),
      }),
      { numRuns: 3000, seed: 20_260_105 },
    )
    const matches = fc.sample(fc.record({ left: someBytes(someAd), right: someBytes(someAd) }), {
      numRuns: 3000,
      seed: 20_260_106,
    })
    const outcomes = await agree([...evaluations, ...matches])
    const names = new Set(
      outcomes.flatMap((found) => (typeof found === 'string' ? found.split('(')[0] : [])),
    )
    expect([...names].sort()).toEqual([
      'AdTruncated',
      'AdVersionUnknown',
      'AttributesNotAscending',
      'BadAttribute',
      'BadInstruction',
      'ProgramTooDeep',
      'ProgramTooLong',
      'ProgramTruncated',
      'ProgramUnbalanced',
      'TooManyAttributes',
    ])
  })
})
