import type { Messages } from './messages.ts'
import { zhErrors } from './zhErrors.ts'
import { zhGovernance } from './zhGovernance.ts'
import { zhHelp } from './zhHelp.ts'
import { zhTrade } from './zhTrade.ts'

/** 中文 */
export const zh: Messages = {
  help: zhHelp,
  ...zhTrade,
  run: {
    example: ({ app }) => `没有给出输入：运行 ${app} 自带的示例。`,
    price: (p) =>
      `${p.app}：${p.tasks} 个任务，共 ${p.total} 币（每个 ${p.perTask}），` +
      `${p.trust === undefined ? '以资源池的话为准' : `可信度至少 ${p.trust}`}，限时 ${p.deadline}`,
    dryRun: '没有购买任何东西（--dry-run）。',
    recorded: ({ number, request }) => `作业 ${number} 已下单（${request.slice(0, 10)}）`,
    detached: ({ number }) =>
      [
        `作业 ${number} 正在运行。稍后再看：`,
        `  npx millrace job wait ${number}     进度、结果、收据`,
        `  npx millrace job logs -f ${number}  各任务的输出`,
      ].join('\n'),
    interrupted: ({ number }) =>
      `已脱离：作业 ${number} 继续运行并按约付款。回来查看：npx millrace job wait ${number}`,
    assembling: '正在本机沙箱中拼合结果',
    taskFailed: ({ label, how }) => `任务 ${label} ${how}。它已结算，因此照付。`,
    moreFailed: (count) => `……另有 ${count} 个`,
    ended: {
      expired: (p) =>
        `时间已到，已结算 ${p.settled}/${p.asked} 个任务。其余款项退回；参见：npx millrace job explain`,
      stopped: (p) => `已停止，已结算 ${p.settled}/${p.asked} 个任务。其余从未购买。`,
    },
    statuses: {
      exit: (code) => `以退出码 ${code} 结束`,
      trap: () => '崩溃（trap）',
      fuel: () => '用尽燃料',
      memory: () => '用尽内存',
      depth: () => '调用过深',
      disk: () => '用尽磁盘或文件数',
      stdout: () => '输出超过上限',
    },
    next: ({ number }) =>
      `\n下一步：npx millrace job verify ${number}（在本机重新运行）· npx millrace job show ${number} · npx millrace job logs ${number}`,
  },
  progress: {
    line: (p) =>
      `已结算 ${p.settled}/${p.volume}` +
      `${p.agreed > 0 ? ` · 已达成一致 ${p.agreed}` : ''}${p.running > 0 ? ` · 运行中 ${p.running}` : ''}` +
      `${p.eta === undefined ? '' : ` · 还需 ${p.eta}`}`,
    late: (p) => `已结算 ${p.settled}/${p.volume} · 期限已过；其余款项于 ${p.refundAt} UTC 退回`,
  },
  receipt: {
    title: '收据',
    job: '作业',
    tasks: '任务',
    deal: '成交',
    ofPool: (pool) => `资源池 ${pool}`,
    worker: '工作节点',
    workerDid: (p) =>
      `${p.worker}  ${p.reward} 币${p.tasks === undefined ? '' : `，运行 ${p.tasks} 次`}` +
      `${p.faults > 0 ? `，错误 ${p.faults} 次` : ''}`,
    roles: { worker: '工作节点', pool: '资源池', app: '应用所有者', dataset: '数据所有者' },
    coins: (amount) => `${amount} 币`,
    paid: '已付',
    refunded: '退回',
    compensation: '赔偿',
    gas: 'gas',
    gasOf: (p) => `${p.total}（撮合 ${p.match}，每个任务结算 ${p.perTask}）`,
    trust: '可信度',
    trustOf: (p) =>
      `至少 ${p.atLeast}（要求 ${p.asked}）；` +
      `${p.replicas === 1 ? '每个任务运行一次，其工作节点已被证明可靠' : `每个任务平均 ${p.replicas} 次独立运行且结果一致`}`,
    trustNone: '按要求以资源池的话为准（--trust none）',
    digest: '链上摘要',
    took: '用时',
    assembled: '拼合结果',
    results: '结果',
    settledOf: (p) => `已结算 ${p.settled}/${p.asked}`,
    ok: (count) => `成功 ${count}`,
    failed: (count) => `失败 ${count}`,
    unverified: (count) => `未通过验证 ${count}`,
  },
  job: {
    none: '还没有作业。试试：npx millrace run primes -- 1 1000',
    columns: ['作业', '状态', '应用', '任务', '下单时间 (UTC)', '编号'],
    states: {
      ordered: '已下单',
      running: '运行中',
      done: '完成',
      failed: '失败',
      expired: '过期',
      stopped: '已停止',
    },
    fields: {
      job: '作业',
      request: '编号',
      state: '状态',
      app: '应用',
      tasks: '任务',
      createdAt: '下单时间 (UTC)',
      trust: '可信度',
      settled: '已结算',
      deals: '成交',
      pool: '资源池',
      expiresAt: '截止 (UTC)',
      dir: '结果',
    },
    fates: (code) =>
      ({ 0: '完成', 1: '失败', 4: '过期', 6: '未通过验证' })[code] ?? `退出码 ${code}`,
    noLogs: ({ number }) =>
      `作业 ${number} 还没有任务结算。跟随它：npx millrace job logs -f ${number}`,
    stopped: (p) =>
      [
        `作业 ${p.job}：${p.cancelled === 0 ? '没有等待成交的任务' : `${p.cancelled} 个任务在成交前取消`}。`,
        ...(p.settled > 0 ? [`  ${p.settled} 个任务已结算并付款。`] : []),
        ...(p.running > 0
          ? [`  ${p.running} 个任务已成交，无法停止：它们会结算，或在截止时退款。`]
          : []),
        ...(p.refunded ? ['  成交已过期：其余款项已退回。'] : []),
      ].join('\n'),
    nothingToExplain: ({ number }) => `作业 ${number} 的每个任务都已结算：无需等待。`,
    offerFits: '现在有合适的报价；npx millrace job wait 会撮合并跟随它。',
    because: '原因',
    remedies: '可以怎样改善',
    history: '经过 (UTC)',
  },
  verify: {
    bytes: (p) => `已下载 ${p.good}/${p.all} 个结果；每个字节都与链上摘要一致`,
    cannotRerun: '该应用声明为不确定：在本机运行证明不了什么，因此不运行。',
    progress: (p) => `  已在本机重新运行 ${p.done}/${p.all}`,
    differs: (p) => `任务 ${p.index}：结算为 ${p.settled}，本机得到 ${p.found}`,
    good: (p) =>
      `作业 ${p.number} 已验证：${p.tasks} 个任务均已下载并在本机重新运行，摘要与链上一致。`,
    bad: (p) => `作业 ${p.number} 未通过验证。有误的任务：${p.tasks}`,
  },
  market: {
    appColumns: ['应用', '版本', '价格', '编号', '说明'],
    noApps: '还没有应用。发布一个：npx millrace app publish DIR',
    notOnSale: '不在售',
    poolColumns: ['资源池', '名称', '状态', '工作节点', '槽位', '价格', '可信度上限', '地址'],
    answers: '在线',
    silent: '无应答',
    workerColumns: ['工作节点', '状态', '忙碌', '任务', '通过', '错误', '保证金', '收入'],
    noWorkers: '还没有工作节点。启动一个：npx millrace worker start',
    orderColumns: ['订单', '种类', '对象', '状态', '价格', '剩余', '截止 (UTC)', '签名者'],
    noOrders: '没有未完成的订单。',
    unlimited: '不限',
    state: '状态',
    requester: '请求者',
    app: '应用',
    pool: '资源池',
    prices: '每个任务',
    pricesOf: (p) => `应用 ${p.app}，资源池 ${p.pool} 币；资源池押金 ${p.stake}`,
    expires: '截止 (UTC)',
    past: '已过',
    transaction: '交易',
    chain: '链',
    head: '最新区块',
    indexed: '已索引到',
    api: '市场',
    storage: '存储',
  },
  ad: {
    matches: '匹配',
    matchesNot: '不匹配',
    left: '左',
    right: '右',
    side: (p) => `要求为 ${p.requirements}，给对方的排名为 ${p.rank}`,
  },
  governance: zhGovernance,
  wallet: {
    account: '账户',
    wallet: '钱包',
    free: '托管中可用',
    locked: '锁定',
    maturing: '待到期',
    gas: 'gas 余额',
  },
  app: {
    probing: ({ app }) => `在不同条件下运行 ${app} 两次，核对清单的声明`,
    published: (p) =>
      `已发布 ${p.name} ${p.version}，编号 ${p.app}，每个任务 ${p.price} 币。\n运行：npx millrace run ${p.name}`,
    made: (p) => [`已建立 ${p.dir}。下一步：`, ...p.next.map((line) => `  ${line}`)].join('\n'),
    askName: '应用名称',
    askTemplate: '语言',
    parameters: '参数',
    example: '示例',
    limits: '限制',
    limitsOf: (p) => `${p.fuel} 燃料，内存 ${p.memory}，磁盘 ${p.disk}，${p.wall}`,
    owner: '所有者',
    price: '价格',
    program: '程序',
    determinism: '确定性',
    description: '用途',
    outputs: '输出',
    version: '版本',
    id: '编号',
    name: '名称',
  },
  worker: {
    starting: ({ name }) => `启动工作节点 ${name}：充值并缴纳保证金`,
    started: (p) => `工作节点 ${p.worker} 服务于资源池 ${p.pool}。Ctrl-C 停止；手上的任务会做完。`,
    stopped: '工作节点已停止。',
  },
  cloud: {
    starting: ({ home }) => `在 ${home} 启动云`,
    continuing: ({ home }) => `继续 ${home} 中的云`,
    steps: {
      database: '数据库',
      chain: '链',
      storage: '存储',
      contracts: '合约',
      accounts: '账户',
      market: '市场',
      pool: '资源池',
      workers: '工作节点',
      catalogue: '应用目录',
      governance: '治理',
    },
    governed: '由时间锁治理：变更须经投票（npx millrace gov --help）',
    notGoverned: (why) => `仍由金库的密钥治理：${why}`,
    chainIs: (p) => `EVM 链 ${p.chainId}，${p.url}`,
    contractsAre: ({ count }) => `已部署 ${count} 个合约`,
    contractsWere: ({ count }) => `已找到 ${count} 个合约`,
    accountIs: (p) => `你是 ${p.account}，托管中有 ${p.coins} 币`,
    marketIs: ({ url }) => `订单簿、索引和 API：${url}`,
    poolIs: (p) => `资源池 ${p.pool}，${p.url}`,
    workersAre: ({ count }) => `${count} 个工作节点，已缴保证金并连接`,
    catalogueIs: (p) => `${p.count} 个应用在售：${p.names}`,
    mainJob: ({ app }) => `\n主作业：${app} 的示例`,
    ordered: (p) => `已下单 ${p.tasks} 个任务，${p.price} 币`,
    dealt: (p) => `成交 ${p.deal} 已开启：款项和押金已锁定`,
    firstSettled: '第一个任务已结算：两个工作节点结果一致，链已核对并付款',
    allSettled: ({ tasks }) => `全部 ${tasks} 个任务已结算并验证`,
    mainDone: (p) =>
      `\n主作业以前已完成（作业 ${p.number}）。` +
      `${p.dir === undefined ? `取回结果：npx millrace job get ${p.number}` : `结果在 ${p.dir}`}\n` +
      '再做一次：npm start -- --again',
    noMain: '应用目录中没有主作业。',
    ready: ({ url }) =>
      [
        '',
        `云已就绪。状态页：${url}`,
        '在另一个终端中：',
        '  npx millrace app ls                         可以运行什么',
        '  npx millrace run primes --array 1-9 -- {i}0000 {i}9999',
        '  npx millrace run ./yourProgram.js           你自己的程序，同样的沙箱',
        '  npx millrace job ls                         你的作业',
        '  npx millrace --help                         其他一切',
        'Ctrl-C 停止；下次启动会继续同样的状态。',
      ].join('\n'),
    died: (p) => `${p.name} 已退出（${p.how}）；${p.again} 后重新启动`,
    back: ({ name }) => `${name} 已恢复`,
    stopping: '正在停止',
    stopped: '已停止。状态已保留；再次启动即可继续。',
    running: (p) => `运行中，进程 ${p.pid}，自 ${p.since} UTC`,
    notRunning: '未运行',
    state: '云',
    home: '目录',
    asked: ({ pid }) => `已请求进程 ${pid} 停止。`,
  },
  errors: {
    label: '错误:',
    unexpected: '发生了本程序未知的情况。请报告：',
    more: (page) => `详见：${page}`,
    byCode: zhErrors,
  },
}
