// Words of the page in English and Chinese, and how numbers and times are written in each.

const WORDS = {
  en: {
    skip: 'Skip to jobs',
    jobs: 'Jobs',
    jobsLead: 'Each deal is a bag of tasks that a pool runs, paid task by task as results settle.',
    workers: 'Workers',
    pools: 'Pools',
    batches: 'Recent batches',
    batchesLead: 'Tasks are committed and settled together; gas is what both transactions cost.',
    balances: 'Balances',
    balancesLead: 'What the parties of these jobs hold in escrow, in coins.',
    health: 'Health',
    metrics: 'Metrics',
    loading: 'Loading…',
    failed: 'Could not load this.',
    noAnswer: 'The market does not answer.',
    retry: 'Try again',
    noDeals: 'No jobs yet. Start one:',
    noWorkers: 'No worker has bonded yet.',
    noPools: 'No pool is registered yet.',
    noBatches: 'Nothing has settled yet.',
    noAccounts: 'Nobody has money in escrow yet.',
    live: 'Live',
    reconnecting: 'Reconnecting…',
    open: 'Running',
    done: 'Done',
    expired: 'Expired',
    committed: 'Committed',
    settled: 'Settled',
    late: 'Late',
    ready: 'Ready',
    banned: 'Banned',
    unbonded: 'No bond',
    settledOf: '{settled} of {volume} tasks',
    tasksSettled: 'Tasks settled',
    jobsRunning: 'Jobs running',
    workersBonded: 'Workers bonded',
    gasPerTask: 'Gas per task',
    block: 'Block',
    behind: '{lag} behind',
    recent: 'recent jobs',
    recentBatches: 'recent batches',
    worker: 'Worker',
    bond: 'Bond',
    checks: 'Checks',
    faults: 'Faults',
    earned: 'Earned',
    tasks: 'Tasks',
    state: 'State',
    pool: 'Pool',
    owner: 'Owner',
    price: 'Price a task',
    batch: 'Batch',
    gas: 'Gas',
    when: 'When',
    account: 'Account',
    role: 'Role',
    free: 'Free',
    locked: 'Locked',
    maturing: 'Maturing',
    spent: 'Spent',
    requester: 'Requester',
    poolOwner: 'Pool owner',
    appOwner: 'App owner',
    paid: 'Paid',
    refunded: 'Refunded',
    trust: 'Trust asked',
    trustNone: "none: the pool's word",
    opened: 'Opened',
    expires: 'Deadline',
    dealId: 'Deal',
    more: 'Show more',
    results: 'Results',
    picture: 'Picture',
    save: 'Save picture',
    noResults: 'Results appear here as tasks settle.',
    loadingResults: 'Fetching results from storage…',
    resultsFailed: '{count} results could not be read from storage.',
    resultsMissing: 'Storage does not name the place of {count} results yet.',
    firstOnly: 'The first {count} results are shown.',
    checked: 'Checked: the bytes match their content ids.',
    unchecked: 'Not all bytes could be checked here; `npx millrace job verify` does.',
    outputs: 'What the tasks wrote ({count})',
    output: 'Output',
    result: 'Result',
    notOnSale: 'not on sale',
    you: 'Amounts are in coins, times in your own zone.',
  },
  zh: {
    skip: '跳到作业',
    jobs: '作业',
    jobsLead: '每笔成交是一批任务，由资源池执行，逐个结算、逐个付款。',
    workers: '工作节点',
    pools: '资源池',
    batches: '最近的批次',
    batchesLead: '任务成批提交、成批结算；gas 是两笔链上交易的花费之和。',
    balances: '余额',
    balancesLead: '这些作业的各方在托管合约中的余额，单位为币。',
    health: '健康状态',
    metrics: '指标',
    loading: '正在加载…',
    failed: '加载失败。',
    noAnswer: '市场没有应答。',
    retry: '重试',
    noDeals: '还没有作业。运行一个：',
    noWorkers: '还没有节点缴纳保证金。',
    noPools: '还没有注册资源池。',
    noBatches: '还没有任何结算。',
    noAccounts: '托管合约中还没有余额。',
    live: '实时',
    reconnecting: '正在重新连接…',
    open: '进行中',
    done: '已完成',
    expired: '已过期',
    committed: '已提交',
    settled: '已结算',
    late: '逾期',
    ready: '就绪',
    banned: '禁止中',
    unbonded: '无保证金',
    settledOf: '{volume} 个任务中的 {settled} 个',
    tasksSettled: '已结算任务',
    jobsRunning: '进行中的作业',
    workersBonded: '有保证金的节点',
    gasPerTask: '每任务 gas',
    block: '区块',
    behind: '落后 {lag}',
    recent: '最近的作业',
    recentBatches: '最近的批次',
    worker: '节点',
    bond: '保证金',
    checks: '通过检验',
    faults: '过错',
    earned: '收入',
    tasks: '任务',
    state: '状态',
    pool: '资源池',
    owner: '所有者',
    price: '每任务价格',
    batch: '批次',
    gas: 'Gas',
    when: '时间',
    account: '账户',
    role: '角色',
    free: '可用',
    locked: '锁定',
    maturing: '待成熟',
    spent: '支出',
    requester: '请求方',
    poolOwner: '资源池所有者',
    appOwner: '应用所有者',
    paid: '已付',
    refunded: '已退',
    trust: '要求的可信度',
    trustNone: '无：以资源池的话为准',
    opened: '开始',
    expires: '期限',
    dealId: '成交',
    more: '显示更多',
    results: '结果',
    picture: '图像',
    save: '保存图像',
    noResults: '任务结算后，结果显示在这里。',
    loadingResults: '正在从存储读取结果…',
    resultsFailed: '有 {count} 个结果无法从存储读取。',
    resultsMissing: '有 {count} 个结果的位置尚未公布。',
    firstOnly: '显示前 {count} 个结果。',
    checked: '已核对：字节与内容标识一致。',
    unchecked: '有些字节无法在此核对；请用 `npx millrace job verify`。',
    outputs: '各任务的输出（{count}）',
    output: '输出',
    result: '结果',
    notOnSale: '未出售',
    you: '金额单位为币，时间为本地时区。',
  },
}

let language = remembered() ?? (navigator.language.startsWith('zh') ? 'zh' : 'en')

/** The language in use, `en` or `zh`. */
export function currentLanguage() {
  return language
}

/** Switches to the other language and remembers it. */
export function toggleLanguage() {
  language = language === 'en' ? 'zh' : 'en'
  try {
    localStorage.setItem('language', language)
  } catch {
    // A browser that keeps nothing for us still shows the page.
  }
}

/** A phrase, `{name}` replaced by values. */
export function say(name, values = {}) {
  const phrase = WORDS[language][name] ?? name
  return phrase.replace(/\{(\w+)\}/g, (_, key) => String(values[key]))
}

const locale = () => (language === 'zh' ? 'zh-CN' : 'en-GB')

export function sayNumber(value) {
  return new Intl.NumberFormat(locale()).format(value)
}

/** Base units as coins with at most `digits` decimals, cut; what is not nothing never looks like nothing. */
export function sayCoins(amount, digits = 4) {
  const value = BigInt(amount)
  const unit = 10n ** BigInt(18 - digits)
  if (value > 0n && value < unit) return `<${(10 ** -digits).toFixed(digits)}`
  const [whole, fraction] = [value / 10n ** 18n, (value % 10n ** 18n) / unit]
  const decimals = fraction.toString().padStart(digits, '0').replace(/0+$/, '')
  return sayNumber(whole) + (decimals === '' ? '' : `.${decimals}`)
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** A time in seconds as seen from now, such as `3 min ago`. */
export function sayAgo(sec) {
  const away = sec - Date.now() / 1000
  const [unit, length] = UNITS.find(([, size]) => Math.abs(away) >= size) ?? ['second', 1]
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' })
  return format.format(Math.round(away / length), unit)
}

/** A time in seconds in full. */
export function sayTime(sec) {
  const format = new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' })
  return format.format(new Date(sec * 1000))
}

function remembered() {
  try {
    const kept = localStorage.getItem('language')
    return kept === 'en' || kept === 'zh' ? kept : undefined
  } catch {
    return undefined
  }
}
