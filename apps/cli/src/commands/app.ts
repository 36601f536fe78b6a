import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { randomHex32 } from '@millrace/base'
import { probeDeterminism } from '@millrace/runtime'
import { findApp, publishApp, readManifest } from '@millrace/sdk'
import type { Manifest } from '@millrace/wire'
import type { Context } from '../context.ts'
import { ClassRefutedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { type LocalApp, loadAppDirectory, programOf } from '../jobs/appSource.ts'
import { fillPlaceholders } from '../jobs/placeholders.ts'
import { publication } from '../jobs/publication.ts'
import { runLimits, withRuntime } from '../jobs/sandbox.ts'
import { formatBytes, formatCoins, formatCount, formatDuration } from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'

/** `millrace app show APP`: what it does, takes, leaves and costs. */
export async function appShow(context: Context, [name = '']: string[]): Promise<ExitCode> {
  const { out, signal } = context
  const { client, trusted } = await connectCloud(context)
  const found = await findApp(client, name, { trusted, signal })
  const { manifest } = await readManifest(client, found.manifestCid, { signal })
  out.result({ ...found, manifest }, () => alignRows(rowsOf(context, found, manifest), out.paint))
  return EXIT.ok
}

function rowsOf(
  { t }: Context,
  { app, owner }: { app: string; owner: string },
  manifest: Manifest,
): [string, string][] {
  const { limits, program, example } = manifest
  const words = t.app
  return [
    [words.name, `${manifest.name} ${manifest.version}`],
    [words.description, manifest.description],
    [words.id, app],
    [words.owner, owner],
    [words.price, t.receipt.coins(manifest.price)],
    [words.determinism, manifest.determinism],
    [words.program, `${manifest.runtime}, ${formatBytes(program.sizeBytes)}, ${program.cid}`],
    [
      words.limits,
      words.limitsOf({
        fuel: formatCount(limits.fuel),
        memory: formatBytes(limits.memoryMiB * 1024 * 1024),
        disk: formatBytes(limits.diskMiB * 1024 * 1024),
        wall: formatDuration(limits.wallSec),
      }),
    ],
    ...manifest.parameters.map(({ name, description, default: fallback }): [string, string] => [
      words.parameters,
      `${name}  ${description}${fallback === undefined ? '' : ` (${fallback})`}`,
    ]),
    [words.outputs, manifest.outputs.join(', ')],
    [
      words.example,
      example === undefined
        ? '-'
        : `npx millrace run ${manifest.name}   (${example.count} × ${example.args.join(' ')})`,
    ],
  ]
}

/** `millrace app publish DIR`: probe, store, register, sell. */
export async function appPublish(context: Context, [dir = '']: string[]): Promise<ExitCode> {
  const { out, t, signal } = context
  const local = loadAppDirectory(dir)
  const { client } = await connectCloud(context)
  const conditions = await probe(context, local)
  const parts = await publication(client, local, signal)
  const { app, manifest, manifestCid } = await publishApp(client, parts, { signal })
  const { name, version } = manifest
  out.result({ app, name, version, manifest: manifestCid, price: parts.price, conditions }, () =>
    t.app.published({ name, version, app, price: formatCoins(parts.price) }),
  )
  return EXIT.ok
}

/**
 * Runs the first task of the app's example twice under different conditions. Only `none` makes no
 * claim; it is run once all the same, since the sandbox may refuse the program.
 *
 * @throws {ClassRefutedError} `CLASS_REFUTED`
 */
async function probe(context: Context, local: LocalApp): Promise<string[]> {
  const { out, t, signal, random } = context
  const { source } = local
  out.note(t.app.probing({ app: source.name }))
  const request = {
    args: exampleArgs(local),
    seed: randomHex32(random),
    inputs: exampleInputs(local),
    limits: runLimits(source.limits),
  }
  const found = await withRuntime(context, (runtime) =>
    probeDeterminism(runtime, programOf(local), request, { signal }),
  )
  if (!found.agrees && source.determinism !== 'none')
    throw new ClassRefutedError({
      app: source.name,
      claimed: source.determinism,
      differences: found.differences,
    })
  return found.conditions
}

function exampleArgs({ source: { example } }: LocalApp): string[] {
  const n = String(example?.count ?? 1)
  return (example?.args ?? []).map((arg) => fillPlaceholders(arg, { i: '0', n }))
}

function exampleInputs({ source: { example }, dir }: LocalApp) {
  return (example?.inputs ?? []).map((name) => ({
    path: basename(name),
    source: new Uint8Array(readFileSync(resolve(dir, name))),
  }))
}
