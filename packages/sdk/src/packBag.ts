import { canonicalJson, type Hex32 } from '@millrace/base'
import { type Cid, cidToContent } from '@millrace/storage/client'
import { type Bag, type Input, zBag } from '@millrace/wire'
import type { Client } from './client.ts'

/** A task list in storage, as a request order names it. */
export type PackedBag = { cid: Cid; content: Hex32; codec: number; bag: Bag }

export type PackBagParameters = {
  /** Arguments and inputs of every task. */
  common?: { args?: readonly string[]; inputs?: readonly Input[] }
  /** One entry per task: what it gets beyond the common ones. */
  tasks: readonly { args?: readonly string[]; inputs?: readonly Input[] }[]
}

/** Stores a task list. Inputs must be stored already, see {@link putInput}. */
export async function packBag(
  client: Pick<Client, 'storage'>,
  { common = {}, tasks }: PackBagParameters,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PackedBag> {
  const bag = zBag.parse({
    format: 'millrace/bag/1',
    common: { args: common.args ?? [], inputs: common.inputs ?? [] },
    tasks: tasks.map(({ args, inputs }) => ({
      ...(args === undefined || args.length === 0 ? {} : { args }),
      ...(inputs === undefined || inputs.length === 0 ? {} : { inputs }),
    })),
  })
  const bytes = new TextEncoder().encode(canonicalJson(bag))
  const { cid } = await client.storage.put(bytes, signal === undefined ? {} : { signal })
  return { cid, ...cidToContent(cid), bag }
}

/** Stores a file that tasks get below /in at `path`. */
export async function putInput(
  client: Pick<Client, 'storage'>,
  { path, source }: { path: string; source: Uint8Array | AsyncIterable<Uint8Array> },
  { signal }: { signal?: AbortSignal } = {},
): Promise<Input> {
  const { cid, sizeBytes } = await client.storage.put(
    source,
    signal === undefined ? {} : { signal },
  )
  return { path, cid, sizeBytes }
}

/** Arguments and inputs of one task, in the order the program sees them. */
export function taskOfBag(bag: Bag, bagIndex: number): { args: string[]; inputs: Input[] } {
  const task = bag.tasks[bagIndex]
  if (task === undefined)
    throw new RangeError(`no task ${bagIndex} in a bag of ${bag.tasks.length}`)
  return {
    args: [...bag.common.args, ...(task.args ?? [])],
    inputs: [...bag.common.inputs, ...(task.inputs ?? [])],
  }
}
