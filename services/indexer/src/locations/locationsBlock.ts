import type { Hex32, TaskId } from '@millrace/base'
import { zLocations } from '@millrace/wire'

/** Where one result lies. */
export type Location = { taskId: TaskId; cid: string }

/**
 * Reads a locations block whose bytes have been checked against the digest on chain. Undefined when
 * they are not what the format says: then no other copy can be better, and the pool is to blame.
 */
export function readLocationsBlock(bytes: Uint8Array): Location[] | undefined {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
  const parsed = zLocations.safeParse(json)
  if (!parsed.success) return undefined
  const byTask = new Map<Hex32, Location>()
  for (const { taskId, cid } of parsed.data.results)
    byTask.set(taskId, { taskId: taskId as TaskId, cid })
  return [...byTask.values()]
}
