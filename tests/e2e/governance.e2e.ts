import type { Hex } from '@millrace/base'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, startCloudUnderTest, until } from './chaos/cloudUnderTest.ts'

// Token holders decide what code the catalogue deploys, over a whole cloud and by its commands alone.

const WITHIN = { timeoutMs: 120_000, everyMs: 1000 }
let cloud: CloudUnderTest

beforeAll(async () => {
  cloud = await startCloudUnderTest()
}, 120_000)
afterAll(() => cloud.stop())

type Code = { codeProposalId: Hex; codeHash: Hex; status: string; deployed: unknown[] }
const codes = async () => (await cloud.ask<{ codes: Code[] }>([...CONTRACTS, 'ls'])).codes
const CONTRACTS = ['catalogue', 'contracts']
const TEMPLATE = [...CONTRACTS, 'deploy', 'PostedPrice', 'market', 'registry']

async function stateOf(id: string): Promise<string> {
  return (await cloud.ask<{ state: string }>(['gov', 'show', id])).state
}

/** Proposes, votes, queues and executes, each when it is its time. */
async function decide(args: readonly string[]): Promise<void> {
  const { id } = await cloud.ask<{ id: string }>(['gov', 'propose', ...args])
  await until('the vote is on', async () => (await stateOf(id)) === 'active', WITHIN)
  await cloud.ask(['gov', 'vote', id, 'for', '--why', 'It is read.'])
  await until('the vote is won', async () => (await stateOf(id)) === 'succeeded', WITHIN)
  await cloud.ask(['gov', 'queue', id])
  await until(
    'the timelock lets it through',
    async () => (await cloud.millrace(['gov', 'execute', id])).code === 0,
    WITHIN,
  )
  expect(await stateOf(id)).toBe('executed')
}

describe('the code of a market template', { timeout: 400_000 }, () => {
  it('is deployed by anybody once a vote has approved it, and by nobody once one has revoked it', async () => {
    const early = await cloud.millrace(TEMPLATE)
    expect(early.stderr).toContain('docs/errors/code-not-approved.md')
    const about = ['--about', 'A shop window for pools.']
    const { codeProposalId } = await cloud.ask<Code>([
      ...[...CONTRACTS, 'propose', 'PostedPrice', ...about],
    ])
    await cloud.ask([...CONTRACTS, 'object', codeProposalId, 'Who has read it?'])
    await cloud.ask(['gov', 'delegate'])
    await decide(['approve', codeProposalId])
    const { deployed, codeHash } = await cloud.ask<{ deployed: Hex; codeHash: Hex }>(TEMPLATE)
    const code = await cloud.chain().rpc<Hex>('eth_getCode', [deployed, 'latest'])
    expect(code.length).toBeGreaterThan(1000)
    expect(await codes()).toMatchObject([
      { codeProposalId, codeHash, kind: 'template', status: 'approved', deployed: [{ deployed }] },
    ])
    await decide(['revoke', codeHash, '--why', 'It has a flaw.'])
    const late = await cloud.millrace([...TEMPLATE, '--salt', `0x${'01'.repeat(32)}`])
    expect(late.stderr).toContain('docs/errors/code-not-approved.md')
    expect(await codes()).toMatchObject([{ status: 'revoked' }])
  })
})
