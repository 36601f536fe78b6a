import { readFileSync } from 'node:fs'
import { canonicalJson, type Hex, InvalidInputError, nowSec } from '@millrace/base'
import {
  CODE_KIND,
  type CodeKind,
  deployCode,
  objectToCode,
  proposeCode,
  readCatalog,
  readGovernance,
  waitForSuccess,
} from '@millrace/chain'
import { walletOf } from '@millrace/sdk'
import { keccak256 } from 'viem'
import type { Context } from '../context.ts'
import { FileNotReadableError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { formatTime, shortHex } from '../terminal/format.ts'
import { formatTable } from '../terminal/table.ts'
import { type Artifact, encodeArguments, readArtifact } from './contractArtifact.ts'
import { hash } from './gov.ts'
import { putText } from './putText.ts'

/** `millrace catalogue contracts ls` */
export async function contractsLs(context: Context): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const codes = await readCatalog(client.chain)
  const { out, t, clock } = context
  const g = t.governance
  const stateOf = ({ status, reviewUntil }: (typeof codes)[number]): string =>
    status === 'proposed' && nowSec(clock) < reviewUntil
      ? g.review({ until: formatTime(reviewUntil) })
      : (g.codeStates[status] ?? status)
  out.result({ codes }, () =>
    codes.length === 0
      ? g.noCode
      : formatTable(
          g.codeColumns,
          codes.map((code) => [
            code.codeProposalId,
            code.kind,
            stateOf(code),
            shortHex(code.codeHash),
            `${code.objections.length}`,
            code.deployed.map(({ deployed }) => deployed).join(' '),
            code.audit,
          ]),
        ),
  )
  return EXIT.ok
}

/** `millrace catalogue contracts propose ARTIFACT` */
export async function contractsPropose(
  context: Context,
  [file = '']: string[],
  options: { kind?: string; source?: string; about?: string; audit: string },
): Promise<ExitCode> {
  const artifact = readArtifact(file)
  const { kind = artifact.kind ?? '', source, about = '' } = options
  if (!Object.hasOwn(CODE_KIND, kind))
    throw new InvalidInputError({
      field: '--kind',
      value: kind,
      expected: Object.keys(CODE_KIND).join(', '),
    })
  const { client } = await connectCloud(context)
  const wallet = walletOf(client)
  const { codeProposalId, txHash } = await proposeCode(wallet, {
    kind: kind as CodeKind,
    codeHash: hash(keccak256(artifact.bytecode), 'code hash'),
    source: await putText(client, sourceOf(source, file, artifact), '--source'),
    description: await putText(client, about, '--about'),
    audit: options.audit,
  })
  await waitForSuccess(wallet, txHash)
  const { reviewSec } = await readGovernance(wallet)
  const until = formatTime(nowSec(context.clock) + reviewSec)
  context.out.result({ codeProposalId }, () =>
    context.t.governance.codeProposed({ id: codeProposalId, until }),
  )
  return EXIT.ok
}

/** `millrace catalogue contracts object CODE-PROPOSAL REASON` */
export async function contractsObject(
  context: Context,
  [id = '', reason = '']: string[],
): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  const wallet = walletOf(client)
  const codeProposalId = hash(id, 'code proposal')
  const stored = await putText(client, reason, 'reason')
  await waitForSuccess(wallet, await objectToCode(wallet, { codeProposalId, reason: stored }))
  context.out.result({ codeProposalId, reason: stored }, () =>
    context.t.governance.objected({ id: codeProposalId }),
  )
  return EXIT.ok
}

/** `millrace catalogue contracts deploy ARTIFACT [ARGS...]` */
export async function contractsDeploy(
  context: Context,
  [file = '', ...values]: string[],
  { salt }: { salt?: string },
): Promise<ExitCode> {
  const { abi, bytecode } = readArtifact(file)
  const { client } = await connectCloud(context)
  const wallet = walletOf(client)
  const { deployed, txHash } = await deployCode(wallet, {
    creationCode: bytecode,
    arguments: encodeArguments(abi, values, client.chain.contracts),
    ...(salt === undefined ? {} : { salt: hash(salt, '--salt') }),
  })
  await waitForSuccess(wallet, txHash)
  const codeHash: Hex = keccak256(bytecode) as Hex
  context.out.result({ deployed, codeHash }, () =>
    context.t.governance.deployed({ at: deployed, codeHash }),
  )
  return EXIT.ok
}

/** The compiler's input when it is given; else the artifact, which of a contract of ours is no file. */
function sourceOf(
  source: string | undefined,
  file: string,
  { abi, bytecode, kind }: Artifact,
): string | Uint8Array {
  if (source === undefined && kind !== undefined) return canonicalJson({ abi, bytecode })
  return bytesOf(source ?? file)
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new FileNotReadableError({ field: '--source', path: file, cause })
  }
}
