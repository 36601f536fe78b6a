import type { Command } from 'commander'
import { action, type Definition, define, group, type Tools } from './define.ts'

const OFFER = '0x1a2b3c'
const ARBITER = `0x${'ab'.repeat(20)}`

/** Pieces of work on sale: delivered, then accepted or refused by their buyer, on appeal ruled by an arbiter. */
export function addServiceCommands(program: Command, tools: Tools): void {
  const { t } = tools
  const service = group(program, 'service', t.help.groups.service, t)
  const all = [...lookCommands(tools), ...workCommands(tools), ...disputeCommands(tools)]
  for (const definition of all) define(service, definition, tools)
}

type Looks = typeof import('../commands/service.ts')
const look = <K extends keyof Looks>(name: K) =>
  action(async () => (await import('../commands/service.ts'))[name])
type Steps = typeof import('../commands/serviceSteps.ts')
const step = <K extends keyof Steps>(name: K) =>
  action(async () => (await import('../commands/serviceSteps.ts'))[name])

type Help = Tools['t']['help']['service']
const accountOf = ({ as }: Help): [string, string, string] => ['--as <account>', as, 'requester']
const offerOf = ({ offer }: Help): [string, string] => ['<offer>', offer]

function lookCommands({ t }: Tools): Definition[] {
  const help = t.help.service
  const as = accountOf(help)
  return [
    {
      name: 'ls',
      description: help.ls,
      options: [['--all', help.all], ['--mine', help.mine], as],
      examples: ['service ls', 'service ls --all --mine --json'],
      load: look('serviceLs'),
    },
    {
      name: 'show',
      description: help.show,
      args: [offerOf(help)],
      options: [as],
      examples: [`service show ${OFFER}`],
      load: look('serviceShow'),
    },
  ]
}

function workCommands({ t }: Tools): Definition[] {
  const help = t.help.service
  const as = accountOf(help)
  return [
    {
      name: 'offer',
      description: help.sell,
      args: [['<file>', help.task]],
      options: [
        ['--price <coins>', help.price],
        ['--arbiter <account>', help.arbiter],
        ['--stake <coins>', help.stake],
        ['--fee <coins>', help.fee, '0'],
        ['--to <account>', help.to],
        ['--accept-within <time>', help.acceptWithin, '7d'],
        ['--deliver-within <time>', help.deliverWithin, '7d'],
        ['--review-within <time>', help.reviewWithin, '3d'],
        ['--appeal-within <time>', help.appealWithin, '3d'],
        ['--ruling-within <time>', help.rulingWithin, '7d'],
        ['--maturity <time>', help.maturity],
        as,
      ],
      examples: [`service offer task.md --price 10 --fee 1 --arbiter ${ARBITER}`],
      load: step('serviceOffer'),
    },
    {
      name: 'accept',
      description: help.accept,
      args: [offerOf(help)],
      options: [as],
      examples: [`service accept ${OFFER}`],
      load: step('serviceAccept'),
    },
    {
      name: 'deliver',
      description: help.deliver,
      args: [offerOf(help), ['<file>', help.work]],
      options: [as],
      examples: [`service deliver ${OFFER} work.zip`],
      load: step('serviceDeliver'),
    },
    {
      name: 'fetch',
      description: help.fetch,
      args: [offerOf(help)],
      options: [['--out <path>', help.out], as],
      examples: [`service fetch ${OFFER} --out work.zip`],
      load: step('serviceFetch'),
    },
    {
      name: 'finish',
      description: help.finish,
      args: [offerOf(help)],
      options: [as],
      examples: [`service finish ${OFFER}`],
      load: step('serviceFinish'),
    },
  ]
}

function disputeCommands({ t }: Tools): Definition[] {
  const help = t.help.service
  const as = accountOf(help)
  const reason: [string, string] = ['<reason>', help.reason]
  return [
    {
      name: 'refuse',
      description: help.refuse,
      args: [offerOf(help), reason],
      options: [as],
      examples: [`service refuse ${OFFER} 'Two names are missing.'`],
      load: step('serviceRefuse'),
    },
    {
      name: 'appeal',
      description: help.appeal,
      args: [offerOf(help), reason],
      options: [as],
      examples: [`service appeal ${OFFER} 'They were not in the list.'`],
      load: step('serviceAppeal'),
    },
    {
      name: 'rule',
      description: help.rule,
      args: [offerOf(help), ['<share>', help.share]],
      options: [as],
      examples: [`service rule ${OFFER} 25%`],
      load: step('serviceRule'),
    },
  ]
}
