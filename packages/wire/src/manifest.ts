import { z } from 'zod'
import { zCid, zHex32 } from './fields.ts'

export const DETERMINISM_CLASSES = ['bitwise', 'platform', 'canonical', 'none'] as const
export const RUNTIMES = ['wasm', 'javascript'] as const

/** Limits of one task; part of the job, the same on every replica. */
export const zLimits = z.strictObject({
  /** Metered wasm instructions, whole units, as a decimal string or a number. */
  fuel: z
    .union([z.int().min(1), z.string().regex(/^\d{1,19}$/, 'must be a whole number')])
    .transform((value) => BigInt(value)),
  memoryMiB: z.int().min(1).max(4096),
  /** Bytes a task may write below /out and /tmp together. */
  diskMiB: z.int().min(1).max(16_384),
  files: z.int().min(1).max(1_000_000).default(10_000),
  stdoutKiB: z.int().min(1).max(65_536).default(4096),
  /** Wall clock of the owner's safety net; never part of a result. */
  wallSec: z.int().min(1).max(86_400),
})
export type Limits = z.output<typeof zLimits>

/**
 * `millrace.json` of an app directory, as its author writes it. `entry` is a file of the directory:
 * `.wasm` for runtime `wasm`, `.js` or `.ts` for `javascript`.
 */
export const zAppSource = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,40}$/, 'must be 2 to 41 of a-z, 0-9 and -, starting with a letter'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0'),
  description: z.string().max(500),
  runtime: z.enum(RUNTIMES),
  entry: z.string().min(1).max(200),
  /** What `millrace app show` says of each argument. */
  parameters: z
    .array(
      z.strictObject({ name: z.string(), description: z.string(), default: z.string().optional() }),
    )
    .default([]),
  limits: zLimits,
  /** Glob-free paths or directories below /out that a run leaves; shown to buyers. */
  outputs: z.array(z.string()).default([]),
  determinism: z.enum(DETERMINISM_CLASSES),
  /** Price per task the author asks, in coins with up to 18 decimals. */
  price: z
    .string()
    .regex(/^\d+(\.\d{1,18})?$/, 'must be coins such as 0 or 0.05, with at most 18 decimals'),
  /** The bag of the example run: arguments of each task, `{i}` and `{n}` replaced, or inputs. */
  example: z
    .strictObject({
      count: z.int().min(1).max(100_000).default(1),
      args: z.array(z.string()).default([]),
      inputs: z.array(z.string()).default([]),
    })
    .optional(),
  /** Arguments with which the same entry, run locally over all results (/in/<index>/...), joins them. */
  assemble: z.array(z.string()).optional(),
})
export type AppSource = z.output<typeof zAppSource>

/** A file given to a task below /in. */
export const zInput = z.strictObject({
  path: z.string().min(1).max(1000),
  cid: zCid,
  sizeBytes: z.int().min(0),
})
export type Input = z.output<typeof zInput>

/** The published manifest: the source plus the content id of the program. Registry names this JSON. */
export const zManifest = zAppSource.omit({ entry: true }).extend({
  format: z.literal('millrace/app/1'),
  program: z.strictObject({
    cid: zCid,
    sha256: zHex32,
    sizeBytes: z.int().min(1),
    name: z.string(),
  }),
  /** The files of `example.inputs`, given to every task of the example. */
  exampleInputs: z.array(zInput).default([]),
})
export type Manifest = z.output<typeof zManifest>

/** The task list of a request; its CID is the order's `bag`. A task's index is its place in `tasks`. */
export const zBag = z.strictObject({
  format: z.literal('millrace/bag/1'),
  /** Given to every task, before its own. */
  common: z.strictObject({ args: z.array(z.string()), inputs: z.array(zInput) }),
  tasks: z
    .array(
      z.strictObject({ args: z.array(z.string()).optional(), inputs: z.array(zInput).optional() }),
    )
    .min(1),
})
export type Bag = z.output<typeof zBag>

/** Where the results of a batch lie; its raw block's digest is `locations` on chain. */
export const zLocations = z.strictObject({
  format: z.literal('millrace/locations/1'),
  results: z.array(z.strictObject({ taskId: zHex32, cid: zCid })),
})
export type Locations = z.output<typeof zLocations>
