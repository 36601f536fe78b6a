import { readFileSync } from 'node:fs'
import { type Address, type Hex, InvalidInputError } from '@millrace/base'
import type { CodeKind } from '@millrace/chain'
import { TEMPLATES, type TemplateName } from '@millrace/chain/templates'
import { type Abi, type AbiParameter, encodeAbiParameters } from 'viem'
import { FileNotReadableError } from '../errors.ts'

export type Artifact = {
  abi: Abi
  bytecode: Hex
  /** Of a contract of ours. */
  kind?: CodeKind
}

/**
 * A contract of ours by its name, such as `PostedPrice`; else what a compiler leaves of one: a file with `abi` and
 * `bytecode`, the latter as forge or Hardhat write it.
 *
 * @throws {FileNotReadableError} `FILE_NOT_READABLE`
 * @throws {InvalidInputError} `INVALID_INPUT`
 */
export function readArtifact(file: string): Artifact {
  if (Object.hasOwn(TEMPLATES, file)) {
    const { abi, creationCode, kind } = TEMPLATES[file as TemplateName]
    return { abi, bytecode: creationCode, kind }
  }
  const { abi, bytecode } = parse(file) as { abi?: unknown; bytecode?: unknown }
  const code =
    typeof bytecode === 'string' ? bytecode : (bytecode as { object?: unknown } | null)?.object
  if (!Array.isArray(abi) || typeof code !== 'string' || !/^0x([0-9a-f]{2})+$/i.test(code))
    throw new InvalidInputError({
      field: 'artifact',
      value: file,
      expected: `${Object.keys(TEMPLATES).join(', ')}, or a JSON file of a compiler with "abi" and linked "bytecode"`,
    })
  return { abi: abi as Abi, bytecode: code.toLowerCase() as Hex }
}

/**
 * Constructor arguments as the constructor expects them. Numbers are decimal, structs and lists JSON, and an
 * address may be the name of a contract of the cloud.
 *
 * @throws {InvalidInputError} `INVALID_INPUT`
 */
export function encodeArguments(
  abi: Abi,
  values: readonly string[],
  contracts: Readonly<Record<string, Address>> = {},
): Hex {
  const inputs = abi.find((item) => item.type === 'constructor')?.inputs ?? []
  const expected = inputs.map(({ type, name }) => `${type} ${name ?? ''}`.trim()).join(', ')
  if (inputs.length !== values.length)
    throw new InvalidInputError({
      field: 'constructor arguments',
      value: `${values.length} of them`,
      expected: expected === '' ? 'none' : expected,
    })
  if (inputs.length === 0) return '0x' as Hex
  try {
    const parsed = inputs.map((input, i) => argumentOf(input, values[i] ?? '', contracts))
    return encodeAbiParameters(inputs, parsed) as Hex
  } catch {
    throw new InvalidInputError({
      field: 'constructor arguments',
      value: values.join(' '),
      expected,
    })
  }
}

function argumentOf(
  { type }: AbiParameter,
  text: string,
  contracts: Readonly<Record<string, Address>>,
): unknown {
  if (type === 'address' && Object.hasOwn(contracts, text)) return contracts[text]
  if (type === 'tuple' || type.endsWith(']')) return JSON.parse(text)
  if (/^u?int/.test(type)) return BigInt(text)
  if (type === 'bool') return { true: true, false: false }[text]
  return text
}

function parse(file: string): object {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new FileNotReadableError({ field: 'artifact', path: file, cause })
  }
  try {
    return (JSON.parse(text) ?? {}) as object
  } catch {
    return {}
  }
}
