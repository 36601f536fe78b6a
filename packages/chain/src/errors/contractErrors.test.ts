import { existsSync } from 'node:fs'
import { type Abi, encodeErrorResult } from 'viem'
import { describe, expect, it } from 'vitest'
import { ABIS } from '../client/contracts.ts'
import { TEMPLATES } from '../governance/templates.ts'
import { CONTRACT_ERRORS } from './contractErrors.ts'
import { decodeContractError } from './decodeContractError.ts'

const templates = Object.entries(TEMPLATES).map(([name, { abi }]) => [name, abi] as const)
const errorsOfAbis = [...Object.entries(ABIS), ...templates].flatMap(([contract, abi]) =>
  (abi as Abi).flatMap((item) => (item.type === 'error' ? [{ contract, item }] : [])),
)

/** A value of every type that our errors use. */
const sample = (type: string): unknown => {
  if (type === 'address') return `0x${'Ab'.repeat(20)}`.toLowerCase()
  if (type === 'bytes32') return `0x${'12'.repeat(32)}`
  if (type === 'string') return 'why'
  if (type === 'bytes') return '0x1234'
  if (type === 'bool') return true
  const bits = Number(/^u?int(\d+)$/.exec(type)?.[1])
  return bits <= 48 ? 3 : 3n
}

describe.each(errorsOfAbis)('$contract error $item.name', ({ item }) => {
  const args = item.inputs.map(({ type }) => sample(type))
  const data = encodeErrorResult({ abi: [item], errorName: item.name, args } as never)

  it('has a class that says what happened with its values', () => {
    const error = decodeContractError(data)
    expect(error?.name).toBe(`${item.name}Error`)
    expect(Object.keys(error?.meta ?? {})).toEqual(item.inputs.map(({ name }) => name))
    expect(error?.message).toMatch(/^[A-Z0].*\.$/)
    expect(error?.message).not.toMatch(/undefined|NaN|\[object/)
    expect(() => JSON.stringify(error?.meta)).not.toThrow()
  })

  it('has a page in docs/errors', () => {
    const page = new URL(
      `../../../../docs/errors/${decodeContractError(data)?.docs}.md`,
      import.meta.url,
    )
    expect(existsSync(page), page.pathname).toBe(true)
  })
})

it('has no class without a Solidity error', () => {
  const names = new Set(errorsOfAbis.map(({ item }) => item.name))
  expect(CONTRACT_ERRORS.filter(({ solidityName }) => !names.has(solidityName))).toEqual([])
})
