import { toJson, ZERO_ADDRESS } from '@millrace/base'
import { expect, it } from 'vitest'
import { zAppSource, zBag, zManifest } from './manifest.ts'
import { zSignedOrder } from './orders.ts'
import { zPoolMessage, zWorkerMessage } from './session.ts'

const order = {
  app: `0x${'A1'.repeat(20)}`,
  price: '5',
  volume: '10',
  expiresAt: 2000,
  salt: '1',
  onlyDataset: ZERO_ADDRESS,
  onlyPool: ZERO_ADDRESS,
  onlyRequester: ZERO_ADDRESS,
  pricing: ZERO_ADDRESS,
  determinism: 0,
}
const signed = { kind: 'app', order, signature: '0x' }

it('parses an order into bigints and lower case, and prints it back the same', () => {
  const parsed = zSignedOrder.parse(signed)
  expect(parsed.order).toMatchObject({ app: `0x${'a1'.repeat(20)}`, price: 5n, volume: 10n })
  expect(zSignedOrder.parse(JSON.parse(toJson(parsed)))).toEqual(parsed)
})

it.each([
  ['an unknown field', { ...signed, order: { ...order, tip: '1' } }],
  ['a number as amount', { ...signed, order: { ...order, price: 5 } }],
  ['a negative amount', { ...signed, order: { ...order, price: '-5' } }],
  ['an amount over 256 bits', { ...signed, order: { ...order, price: '9'.repeat(78) } }],
  ['a fraction of a second', { ...signed, order: { ...order, expiresAt: 0.5 } }],
  ['a short address', { ...signed, order: { ...order, app: '0x1' } }],
  ['half a byte of signature', { ...signed, signature: '0x1' }],
  ['an unknown kind', { ...signed, kind: 'tip' }],
])('refuses %s', (_, value) => {
  expect(zSignedOrder.safeParse(value).success).toBe(false)
})

it('refuses manifests with a bad name, version, class or price, naming the field', () => {
  const good = {
    name: 'my-app',
    version: '1.0.0',
    description: '',
    runtime: 'wasm',
    entry: 'a.wasm',
    limits: { fuel: '1000', memoryMiB: 64, diskMiB: 1, wallSec: 10 },
    determinism: 'bitwise',
    price: '0.001',
  }
  expect(zAppSource.parse(good).limits.fuel).toBe(1000n)
  for (const [field, value] of [
    ['name', 'My App'],
    ['version', '1'],
    ['determinism', 'maybe'],
    ['price', '1,5'],
    ['runtime', 'exe'],
  ] as const) {
    const { error } = zAppSource.safeParse({ ...good, [field]: value })
    expect(error?.issues[0]?.path).toEqual([field])
  }
  expect(zManifest.safeParse(good).success).toBe(false)
})

it('refuses an empty bag and messages of the wrong direction', () => {
  expect(
    zBag.safeParse({ format: 'millrace/bag/1', common: { args: [], inputs: [] }, tasks: [] })
      .success,
  ).toBe(false)
  const heartbeat = { type: 'heartbeat', running: [], freeSlots: 1 }
  expect(zWorkerMessage.safeParse(heartbeat).success).toBe(true)
  expect(zPoolMessage.safeParse(heartbeat).success).toBe(false)
})
