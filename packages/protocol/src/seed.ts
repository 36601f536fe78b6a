import { type Hex32, hexToBytes } from '@millrace/base'
import { sha256 } from 'viem'

/**
 * Seed of a task's randomness: `sha256("millrace/seed/1" | bag digest 32 | bag index 4 BE)`. It names
 * neither the deal nor the worker, so whoever runs the task again gets the same bytes.
 *
 * @param bagIndex - Place in the bag, which is `firstIndex + index` of the deal's task.
 */
export function seedOfTask(bag: Hex32, bagIndex: number): Hex32 {
  const domain = new TextEncoder().encode('millrace/seed/1')
  const message = new Uint8Array(domain.length + 36)
  message.set(domain)
  message.set(hexToBytes(bag), domain.length)
  new DataView(message.buffer).setUint32(domain.length + 32, bagIndex)
  return sha256(message) as Hex32
}
