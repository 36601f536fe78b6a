import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

/** Votes of token holders, and the contract code that they approved. */
export function addGovernanceCommands(program: Command, tools: Tools): void {
  addVotes(program, tools)
  addContracts(program, tools)
}

const ID = '0x5c7b'
const HASH = `0x${'5c'.repeat(32)}`

function addVotes(program: Command, tools: Tools): void {
  const help = tools.t.help.gov
  const gov = group(program, 'gov', tools.t.help.groups.gov, tools.t)
  const as: [string, string, string] = ['--as <account>', help.as, 'treasury']
  const why: [string, string] = ['--why <text>', help.why]
  const id: [string, string] = ['<proposal>', help.id]
  type Module = typeof import('../commands/gov.ts')
  const load = <K extends keyof Module>(name: K) =>
    action(async () => (await import('../commands/gov.ts'))[name])
  type Listing = typeof import('../commands/govProposals.ts')
  const list = <K extends keyof Listing>(name: K) =>
    action(async () => (await import('../commands/govProposals.ts'))[name])
  const add = (definition: Parameters<typeof define>[1]) => define(gov, definition, tools)
  add({ name: 'ls', description: help.ls, examples: ['gov ls'], load: list('govLs') })
  add({
    name: 'show',
    description: help.show,
    args: [id],
    examples: ['gov show last', `gov show ${ID} --json`],
    load: list('govShow'),
  })
  add({
    name: 'propose',
    description: help.propose,
    args: [
      ['<action>', help.action],
      ['<values...>', help.values],
    ],
    options: [why, as],
    examples: [
      "gov propose set slashBps 6000 --why 'Lying is too cheap.'",
      `gov propose approve ${HASH}`,
      `gov propose revoke ${HASH} --why 'It leaks.'`,
    ],
    load: load('govPropose'),
  })
  add({
    name: 'vote',
    description: help.vote,
    args: [id, ['<vote>', help.which]],
    options: [why, as],
    examples: ['gov vote last for', `gov vote ${ID} against --why 'Too much.'`],
    load: load('govVote'),
  })
  for (const [name, entry] of [
    ['queue', 'govQueue'],
    ['execute', 'govExecute'],
  ] as const)
    add({
      name,
      description: help[name],
      args: [id],
      options: [as],
      examples: [`gov ${name} last`],
      load: load(entry),
    })
  add({
    name: 'delegate',
    description: help.delegate,
    args: [['[account]', help.account]],
    options: [as],
    examples: ['gov delegate'],
    load: load('govDelegate'),
  })
}

function addContracts(program: Command, tools: Tools): void {
  const { t } = tools
  const help = t.help.contracts
  const catalogue = group(program, 'catalogue', t.help.groups.catalogue, t)
  const contracts = group(catalogue, 'contracts', help.group, t)
  type Module = typeof import('../commands/catalogueContracts.ts')
  const load = <K extends keyof Module>(name: K) =>
    action(async () => (await import('../commands/catalogueContracts.ts'))[name])
  const add = (definition: Parameters<typeof define>[1]) => define(contracts, definition, tools)
  const artifact: [string, string] = ['<artifact>', help.artifact]
  add({
    name: 'ls',
    description: help.ls,
    examples: ['catalogue contracts ls', 'catalogue contracts ls --json'],
    load: load('contractsLs'),
  })
  add({
    name: 'propose',
    description: help.propose,
    args: [artifact],
    options: [
      ['--kind <kind>', help.kind],
      ['--about <text>', help.about],
      ['--source <file>', help.source],
      ['--audit <url>', help.audit, ''],
    ],
    examples: [
      "catalogue contracts propose PostedPrice --about 'A shop window for pools.'",
      "catalogue contracts propose out/PerRun.sol/PerRun.json --kind pricing --about 'A price per run.'",
    ],
    load: load('contractsPropose'),
  })
  add({
    name: 'object',
    description: help.object,
    args: [
      ['<proposal>', help.id],
      ['<reason>', help.reason],
    ],
    examples: [`catalogue contracts object ${HASH} 'Anyone can empty it.'`],
    load: load('contractsObject'),
  })
  add({
    name: 'deploy',
    description: help.deploy,
    args: [artifact, ['[arguments...]', help.arguments]],
    options: [['--salt <hash>', help.salt]],
    examples: [
      'catalogue contracts deploy PostedPrice market registry',
      'catalogue contracts deploy out/PerRun.sol/PerRun.json 1000',
    ],
    load: load('contractsDeploy'),
  })
}
