import { enAppeal } from './enAppeal.ts'
import { enGovernance } from './enGovernance.ts'
import { enHelp } from './enHelp.ts'
import { enOffer } from './enOffer.ts'
import { enService } from './enService.ts'
import { enTrade } from './enTrade.ts'

/** English, and the shape of every other language. */
export const en = {
  help: enHelp,
  ...enTrade,
  ...enService,
  ...enOffer,
  run: {
    example: ({ app }: { app: string }) => `No input given: running the example of ${app}.`,
    price: (p: {
      app: string
      tasks: number
      total: string
      perTask: string
      trust: string | undefined
      deadline: string
    }) =>
      `${p.app}: ${p.tasks} ${p.tasks === 1 ? 'task' : 'tasks'} for ${p.total} coins (${p.perTask} each), ` +
      `${p.trust === undefined ? 'on the word of the pool' : `at least ${p.trust} sure`}, within ${p.deadline}`,
    dryRun: 'Nothing was bought (--dry-run).',
    recorded: ({ number, request }: { number: number; request: string }) =>
      `Job ${number} ordered (${request.slice(0, 10)})`,
    detached: ({ number }: { number: number }) =>
      [
        `Job ${number} runs. Come back to it:`,
        `  npx millrace job wait ${number}     progress, results, receipt`,
        `  npx millrace job logs -f ${number}  what its tasks print`,
      ].join('\n'),
    interrupted: ({ number }: { number: number }) =>
      `Detached: job ${number} goes on and is paid as agreed. Come back: npx millrace job wait ${number}`,
    assembling: 'Joining the results here, in the sandbox',
    taskFailed: ({ label, how }: { label: string; how: string }) =>
      `Task ${label} ${how}. It settled, so it is paid.`,
    moreFailed: (count: number) => `... and ${count} more`,
    /** How a job can end short of its tasks. */
    ended: {
      expired: (p: { settled: number; asked: number }) =>
        `Time ran out with ${p.settled} of ${p.asked} tasks settled. The rest is given back; see: npx millrace job explain`,
      stopped: (p: { settled: number; asked: number }) =>
        `Stopped with ${p.settled} of ${p.asked} tasks settled. The rest was never bought.`,
    },
    /** How a task can end, by status. */
    statuses: {
      exit: (code: number) => `ended with exit code ${code}`,
      trap: () => 'crashed (trap)',
      fuel: () => 'used up its fuel',
      memory: () => 'used up its memory',
      depth: () => 'called too deep',
      disk: () => 'used up its disk or its number of files',
      stdout: () => 'printed more than it may',
    } as Record<string, (code: number) => string>,
    next: ({ number }: { number: number }) =>
      `\nNext: npx millrace job verify ${number} (run it again here) · npx millrace job show ${number} · npx millrace job logs ${number}`,
  },
  progress: {
    line: (p: {
      settled: number
      volume: number
      agreed: number
      running: number
      eta: string | undefined
    }) =>
      `${p.settled}/${p.volume} settled` +
      `${p.agreed > 0 ? ` · ${p.agreed} agreed` : ''}${p.running > 0 ? ` · ${p.running} running` : ''}` +
      `${p.eta === undefined ? '' : ` · ${p.eta} left`}`,
    late: (p: { settled: number; volume: number; refundAt: string }) =>
      `${p.settled}/${p.volume} settled · deadline passed; the rest comes back at ${p.refundAt} UTC`,
  },
  receipt: {
    title: 'Receipt',
    job: 'job',
    tasks: 'tasks',
    deal: 'deal',
    ofPool: (pool: string) => `with pool ${pool}`,
    worker: 'worker',
    workerDid: (p: { worker: string; tasks: number | undefined; reward: string; faults: number }) =>
      `${p.worker}  ${p.reward} coins${p.tasks === undefined ? '' : ` for ${p.tasks} ${p.tasks === 1 ? 'run' : 'runs'}`}` +
      `${p.faults > 0 ? `, ${p.faults} wrong` : ''}`,
    roles: { worker: 'worker', pool: 'pool', app: 'app owner', dataset: 'data owner' },
    coins: (amount: string) => `${amount} coins`,
    paid: 'paid',
    refunded: 'given back',
    compensation: 'compensation',
    gas: 'gas',
    gasOf: (p: { total: string; perTask: string; match: string }) =>
      `${p.total} (${p.match} for the match, ${p.perTask} to settle each task)`,
    trust: 'trust',
    trustOf: (p: { asked: string; atLeast: string; replicas: number }) =>
      `at least ${p.atLeast} sure (asked: ${p.asked}); ` +
      `${p.replicas === 1 ? 'one run of each task, its worker being proven' : `${p.replicas} independent runs per task agreed`}`,
    trustNone: 'the word of the pool, as asked for (--trust none)',
    digest: 'digest on chain',
    took: 'took',
    assembled: 'joined',
    results: 'results',
    settledOf: (p: { settled: number; asked: number }) => `${p.settled} of ${p.asked} settled`,
    ok: (count: number) => `${count} ok`,
    failed: (count: number) => `${count} failed`,
    unverified: (count: number) => `${count} NOT VERIFIED`,
  },
  job: {
    none: 'No jobs yet. Try: npx millrace run primes -- 1 1000',
    columns: ['JOB', 'STATE', 'APP', 'TASKS', 'ORDERED (UTC)', 'ID'],
    states: {
      ordered: 'ordered',
      running: 'running',
      done: 'done',
      failed: 'failed',
      expired: 'expired',
      stopped: 'stopped',
    },
    fields: {
      job: 'job',
      request: 'id',
      state: 'state',
      app: 'app',
      tasks: 'tasks',
      createdAt: 'ordered (UTC)',
      trust: 'trust',
      settled: 'settled',
      eta: 'done in',
      deals: 'deals',
      pool: 'pool',
      expiresAt: 'expires (UTC)',
      dir: 'results',
    } as Record<string, string>,
    etaByPace: (p: { left: string }) => `about ${p.left} at the present pace`,
    etaForetold: (p: { left: string; success: string; runs: number }) =>
      `about ${p.left}, as earlier deals went: for ${p.success} of ${p.runs} this would have been right within a fifth`,
    fates: (code: number) =>
      ({ 0: 'done', 1: 'failed', 4: 'expired', 6: 'not verified' })[code] ?? `exit code ${code}`,
    noLogs: ({ number }: { number: number }) =>
      `Nothing of job ${number} has settled yet. Follow it: npx millrace job logs -f ${number}`,
    stopped: (p: {
      job: number
      cancelled: number
      running: number
      settled: number
      refunded: boolean
    }) =>
      [
        `Job ${p.job}: ${p.cancelled === 0 ? 'nothing was waiting for a deal' : `${p.cancelled} tasks cancelled before a deal`}.`,
        ...(p.settled > 0 ? [`  ${p.settled} tasks had settled and are paid.`] : []),
        ...(p.running > 0
          ? [
              `  ${p.running} tasks are in a deal: that cannot be stopped, they settle or are refunded at its deadline.`,
            ]
          : []),
        ...(p.refunded ? ['  The deal had run out of time: the rest is given back.'] : []),
      ].join('\n'),
    nothingToExplain: ({ number }: { number: number }) =>
      `Every task of job ${number} has settled: nothing is being waited for.`,
    offerFits: 'An offer fits now; npx millrace job wait matches and follows it.',
    because: 'because',
    remedies: 'what would help',
    history: 'so far (UTC)',
  },
  verify: {
    bytes: (p: { good: number; all: number }) =>
      `${p.good} of ${p.all} results downloaded; every byte matches the digest on chain`,
    cannotRerun:
      'The app is declared as not deterministic: a run here proves nothing, none is made.',
    progress: (p: { done: number; all: number }) => `  ${p.done} of ${p.all} run again here`,
    differs: (p: { index: number; settled: string; found: string }) =>
      `Task ${p.index}: settled as ${p.settled}, here it gives ${p.found}`,
    good: (p: { number: number; tasks: number }) =>
      `Job ${p.number} is verified: ${p.tasks} ${p.tasks === 1 ? 'task' : 'tasks'}, each downloaded and run again here, same digests as on chain.`,
    bad: (p: { number: number; tasks: string }) =>
      `Job ${p.number} is NOT verified. Wrong: task ${p.tasks}`,
  },
  market: {
    appColumns: ['APP', 'VERSION', 'PRICE', 'ID', 'DESCRIPTION'],
    noApps: 'No apps yet. Publish one: npx millrace app publish DIR',
    notOnSale: 'not on sale',
    poolColumns: ['POOL', 'NAME', 'STATE', 'WORKERS', 'SLOTS', 'PRICE', 'TRUST UP TO', 'URL'],
    answers: 'answers',
    silent: 'silent',
    workerColumns: ['WORKER', 'STATE', 'BUSY', 'TASKS', 'CHECKS', 'FAULTS', 'BOND', 'EARNED'],
    noWorkers: 'No workers yet. Start one: npx millrace worker start',
    orderColumns: [
      'ORDER',
      'KIND',
      'OF',
      'STATE',
      'PRICE',
      'LEFT',
      'BUSY',
      'EXPIRES (UTC)',
      'SIGNER',
    ],
    noOrders: 'No open orders.',
    unlimited: 'unlimited',
    state: 'state',
    requester: 'requester',
    app: 'app',
    pool: 'pool',
    prices: 'per task',
    pricesOf: (p: { app: string; pool: string; stake: string }) =>
      `app ${p.app}, pool ${p.pool} coins; the pool's stake ${p.stake}`,
    expires: 'expires (UTC)',
    past: 'past',
    transaction: 'transaction',
    chain: 'chain',
    head: 'head',
    indexed: 'indexed up to',
    api: 'market',
    storage: 'storage',
  },
  ad: {
    matches: 'match',
    matchesNot: 'no match',
    left: 'left',
    right: 'right',
    side: (p: { requirements: string; rank: string }) =>
      `requirements ${p.requirements}, ranks the other ${p.rank}`,
  },
  appeal: enAppeal,
  governance: enGovernance,
  dapp: {
    request: 'request',
    callGas: 'gas of the call',
    program: 'program',
    programIs: (p: { status: number; exitCode: number }) =>
      p.status === 0 ? 'ended well' : `status ${p.status}, exit code ${p.exitCode}`,
    content: 'result',
    callback: 'callback',
    returns: 'returns',
    fails: ({ reason }: { reason: string }) => `fails: ${reason}`,
    callbackGas: 'gas of the callback',
    events: 'events',
    outcome: 'outcome',
    outcomes: {
      delivered: 'was called back before',
      result: 'a result',
      failure: 'news that there is no result',
      nothing: 'nothing yet: the task can still settle',
    } as Record<string, string>,
    transaction: 'transaction',
    sentGas: 'gas of the transaction',
  },
  wallet: {
    account: 'account',
    wallet: 'wallet',
    free: 'free in escrow',
    locked: 'locked',
    maturing: 'maturing',
    gas: 'gas money',
  },
  app: {
    probing: ({ app }: { app: string }) =>
      `Running ${app} twice, under different conditions, to check what its manifest claims`,
    published: (p: { name: string; version: string; app: string; price: string }) =>
      `Published ${p.name} ${p.version} as ${p.app}, ${p.price} coins a task.\nRun it: npx millrace run ${p.name}`,
    made: (p: { dir: string; next: readonly string[] }) =>
      [`Made ${p.dir}. Next:`, ...p.next.map((line) => `  ${line}`)].join('\n'),
    askName: 'Name of the app',
    askTemplate: 'Language',
    parameters: 'parameters',
    example: 'example',
    limits: 'limits',
    limitsOf: (p: { fuel: string; memory: string; disk: string; wall: string }) =>
      `${p.fuel} fuel, ${p.memory} memory, ${p.disk} disk, ${p.wall}`,
    owner: 'owner',
    price: 'price',
    program: 'program',
    determinism: 'determinism',
    description: 'what it does',
    outputs: 'outputs',
    version: 'version',
    id: 'id',
    name: 'name',
  },
  worker: {
    starting: ({ name }: { name: string }) => `Starting worker ${name}: funding and bonding it`,
    started: (p: { worker: string; pool: string }) =>
      `Worker ${p.worker} serves pool ${p.pool}. Stop it with Ctrl-C; it finishes what it holds.`,
    stopped: 'Worker stopped.',
  },
  cloud: {
    starting: ({ home }: { home: string }) => `Starting a cloud in ${home}`,
    continuing: ({ home }: { home: string }) => `Continuing the cloud in ${home}`,
    steps: {
      database: 'database',
      chain: 'chain',
      storage: 'storage',
      contracts: 'contracts',
      accounts: 'accounts',
      market: 'market',
      pool: 'pool',
      workers: 'workers',
      catalogue: 'catalogue',
      governance: 'governance',
    },
    governed: 'the timelock governs: changes take a vote (npx millrace gov --help)',
    notGoverned: (why: string) => `still governed by the key of the treasury: ${why}`,
    chainIs: (p: { chainId: number; url: string }) => `EVM chain ${p.chainId} at ${p.url}`,
    contractsAre: ({ count }: { count: number }) => `${count} contracts deployed`,
    contractsWere: ({ count }: { count: number }) => `${count} contracts found`,
    accountIs: (p: { account: string; coins: string }) =>
      `you are ${p.account}, with ${p.coins} coins in escrow`,
    marketIs: ({ url }: { url: string }) => `order book, indexer and API at ${url}`,
    poolIs: (p: { pool: string; url: string }) => `pool ${p.pool} at ${p.url}`,
    workersAre: ({ count }: { count: number }) => `${count} workers, bonded and connected`,
    catalogueIs: (p: { count: number; names: string }) => `${p.count} apps on sale: ${p.names}`,
    mainJob: ({ app }: { app: string }) => `\nMain job: the example of ${app}`,
    ordered: (p: { tasks: number; price: string }) =>
      `${p.tasks} tasks ordered for ${p.price} coins`,
    dealt: (p: { deal: string }) => `deal ${p.deal} opened: money and stake are locked`,
    firstSettled: 'first task settled: two workers agreed, the chain checked and paid',
    allSettled: ({ tasks }: { tasks: number }) => `all ${tasks} tasks settled and verified`,
    mainDone: (p: { number: number; dir: string | undefined }) =>
      `\nThe main job was done before, as job ${p.number}. ` +
      `${p.dir === undefined ? `Its result: npx millrace job get ${p.number}` : `Its result is in ${p.dir}`}\n` +
      'Once more: npm start -- --again',
    noMain: 'No main job in the catalogue.',
    ready: ({ url }: { url: string }) =>
      [
        '',
        `The cloud is up. Status page: ${url}`,
        'In another terminal:',
        '  npx millrace app ls                         what can be run',
        '  npx millrace run primes --array 1-9 -- {i}0000 {i}9999',
        '  npx millrace run ./yourProgram.js           your own program, sandboxed too',
        '  npx millrace job ls                         your jobs',
        '  npx millrace --help                         everything else',
        'Ctrl-C stops it; the next start goes on with the same state.',
      ].join('\n'),
    died: (p: { name: string; how: string; again: string }) =>
      `${p.name} died (${p.how}); starting again in ${p.again}`,
    back: ({ name }: { name: string }) => `${name} is back`,
    stopping: 'Stopping',
    stopped: 'Stopped. State is kept; start again to go on.',
    running: (p: { pid: number; since: string }) =>
      `running, process ${p.pid}, since ${p.since} UTC`,
    notRunning: 'not running',
    state: 'cloud',
    home: 'folder',
    asked: ({ pid }: { pid: number }) => `Process ${pid} was asked to stop.`,
  },
  errors: {
    label: 'error:',
    unexpected: 'Something happened that this program does not know. Please report it:',
    more: (page: string) => `More: ${page}`,
    /** A second line in the user's language, by error code; English needs none. */
    byCode: {} as Record<string, string | undefined>,
  },
}
