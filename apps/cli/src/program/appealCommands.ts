import type { Command } from 'commander'
import { action, define, group, type Tools } from './define.ts'

const TASK = `0x${'7a'.repeat(32)}`
const DIGEST = `0x${'d1'.repeat(32)}`

/** Disputes on settled results, and the seats of those who judge them. */
export function addAppealCommands(program: Command, tools: Tools): void {
  const help = tools.t.help.appeal
  const appeal = group(program, 'appeal', tools.t.help.groups.appeal, tools.t)
  const as: [string, string, string] = ['--as <account>', help.as, 'requester']
  const task: [string, string] = ['<task>', help.id]
  const said: [string, string][] = [
    ['--digest <digest>', help.digest],
    ['--unable', help.unable],
  ]
  type Steps = typeof import('../commands/appeal.ts')
  const step = <K extends keyof Steps>(name: K) =>
    action(async () => (await import('../commands/appeal.ts'))[name])
  type Listing = typeof import('../commands/appealShow.ts')
  const list = <K extends keyof Listing>(name: K) =>
    action(async () => (await import('../commands/appealShow.ts'))[name])
  type Votes = typeof import('../commands/appealVote.ts')
  const vote = <K extends keyof Votes>(name: K) =>
    action(async () => (await import('../commands/appealVote.ts'))[name])
  const add = (definition: Parameters<typeof define>[1]) => define(appeal, definition, tools)
  add({
    name: 'open',
    description: help.open,
    args: [['<job>', help.job]],
    options: [['--task <place>', help.task], ['--again', help.again], as],
    examples: ['appeal open last --task 3', `appeal open ${TASK} --again`],
    load: step('appealOpen'),
  })
  add({
    name: 'show',
    description: help.show,
    args: [task],
    examples: [`appeal show ${TASK}`],
    load: list('appealShow'),
  })
  add({ name: 'ls', description: help.ls, examples: ['appeal ls'], load: list('appealLs') })
  add({
    name: 'join',
    description: help.join,
    args: [task],
    options: [as],
    examples: [`appeal join ${TASK}`],
    load: step('appealJoin'),
  })
  add({
    name: 'draw',
    description: help.draw,
    args: [task],
    options: [as],
    examples: [`appeal draw ${TASK}`],
    load: step('appealDraw'),
  })
  for (const [name, entry] of [
    ['vote', 'appealVote'],
    ['reveal', 'appealReveal'],
  ] as const)
    add({
      name,
      description: help[name],
      args: [task],
      options: [...said, as],
      examples: [
        `appeal ${name} ${TASK} --as worker-1`,
        `appeal ${name} ${TASK} --digest ${DIGEST} --as worker-1`,
      ],
      load: vote(entry),
    })
  add({
    name: 'decide',
    description: help.decide,
    args: [task],
    options: [as],
    examples: [`appeal decide ${TASK}`],
    load: step('appealDecide'),
  })
  add({
    name: 'close',
    description: help.close,
    args: [task],
    options: [as],
    examples: [`appeal close ${TASK}`],
    load: step('appealClose'),
  })
  add({
    name: 'seat',
    description: help.seat,
    options: [['--bond <coins>', help.bond], as],
    examples: ['appeal seat --as worker-1', 'appeal seat --as juror-1 --bond 100'],
    load: vote('appealSeat'),
  })
}
