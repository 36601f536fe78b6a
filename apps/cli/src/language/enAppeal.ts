/** Texts of appeal in English. */
export const enAppeal = {
  columns: ['TASK', 'STATE', 'UNTIL (UTC)', 'SETTLED', 'VERDICT'],
  none: 'No appeals. Open one: npx millrace appeal open --help',
  task: 'task',
  state: 'state',
  settled: 'settled digest',
  verdict: 'verdict in force',
  until: 'until (UTC)',
  fee: 'fee of a juror',
  next: 'next',
  jury: ({ number }: { number: number }) => `jury ${number}`,
  juryIs: (p: { wanted: number; revealed: number; jurors: string }) =>
    `${p.wanted} seats, ${p.revealed} revealed${p.jurors === '' ? '' : `: ${p.jurors}`}`,
  states: {
    none: 'not appealed',
    drawing: 'waits for its jury',
    voting: 'jury votes',
    decided: 'verdict in force',
    ruling: 'with its judge',
    closed: 'over',
  } as Record<string, string>,
  nextIs: {
    drawing: 'draw the jury: npx millrace appeal draw TASK',
    voting: 'jurors vote, then reveal; when the time is over: npx millrace appeal decide TASK',
    decided: 'appeal again (--again), or when the time is over: npx millrace appeal close TASK',
    ruling: 'when the time is over: npx millrace appeal close TASK',
  } as Record<string, string>,
  opened: ({ task }: { task: string }) => `Appealed ${task}.`,
  joined: ({ task, voters }: { task: string; voters: number }) =>
    `Showed ${voters} votes on ${task}.`,
  drawn: ({ task }: { task: string }) => `Drew the jury of ${task}.`,
  moved: ({ task }: { task: string }) => `Moved ${task} on.`,
  closed: ({ task }: { task: string }) => `Closed the appeal of ${task}.`,
  refund: 'back to the buyer',
  voted: ({ task }: { task: string }) =>
    `Committed to a vote on ${task}. Reveal the same digest when the time for votes is over.`,
  revealed: ({ task }: { task: string }) => `Revealed the vote on ${task}.`,
  seated: ({ account }: { account: string }) => `${account} sits among the jurors.`,
}

/** Texts of appeal --help in English. */
export const enAppealHelp = {
  open: 'dispute a settled result, for a bond; a jury runs the task again',
  job: 'job: last, 3, or first digits of an id; with --again the id of a task',
  task: 'place of the task in the job',
  again: 'appeal the verdict in force to a larger jury',
  show: 'where an appeal stands, and what comes next',
  ls: 'appeals, newest first',
  id: 'id of the task',
  join: 'show votes on the task that nobody has shown yet, so that who gave them answers for them',
  draw: 'draw the jury, once the block that it waits for is there',
  vote: 'as a juror: run the task here and commit to what that gives',
  reveal: 'as a juror: show what you committed to, after the same run',
  digest: 'digest of a run elsewhere, instead of a run here',
  unable: 'the task could not be run',
  decide: 'end a phase whose time is over; anyone may',
  close: 'end an appeal whose verdict is final; anyone may',
  seat: 'take a seat among the jurors, as a bonded worker',
  bond: 'make the account first and bond so many coins of the treasury',
  as: 'account that sends: a name in keys.json of the state folder',
}
