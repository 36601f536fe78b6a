import { badge, make, reconcile, shortId, table } from './elements.js'
import { createJob, showResults, stateOfDeal, updateJob } from './jobs.js'
import { currentLanguage, say, sayAgo, sayCoins, sayNumber, toggleLanguage } from './language.js'

const DEALS_STEP = 10
const MAX_DEALS = 100
/** Events come in bursts: one look at most in this time. */
const QUIET_MS = 200
const CLOCK_MS = 10_000

/** Everything that is shown: answers of the API by panel, each with its state. */
const model = {
  info: undefined,
  panels: {
    deals: { state: 'loading' },
    workers: { state: 'loading' },
    pools: { state: 'loading' },
    batches: { state: 'loading' },
    accounts: { state: 'loading' },
  },
  appNames: new Map(),
  dealLimit: DEALS_STEP,
  hasOpened: false,
  openDeal: location.hash.slice(1) || undefined,
  live: 'loading',
}

const $ = (selector) => document.querySelector(selector)
const bodyOf = (panel) => $(`[data-panel="${panel}"]`)

async function ask(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } }).catch(() => {
    throw new Error(say('noAnswer'))
  })
  const body = await response.json()
  if (response.ok) return body
  throw Object.assign(new Error(body.error.message), body.error)
}

// ---- loading

const LOADERS = {
  deals: async () => (await ask(`/deals?limit=${model.dealLimit + 1}`)).items,
  workers: async () => (await ask('/workers?limit=50')).items,
  pools: async () => (await ask('/pools?limit=20')).items,
  batches: async () => (await ask('/batches?limit=8')).items,
  accounts: loadAccounts,
}

async function load(panel) {
  try {
    const items = await LOADERS[panel]()
    model.panels[panel] = { state: items.length === 0 ? 'empty' : 'ready', items }
  } catch (error) {
    // What was there stays readable; only a panel that never had anything says that it failed.
    if (model.panels[panel].items === undefined) model.panels[panel] = { state: 'failed', error }
  }
  if (panel === 'deals') openNewest()
  render(panel)
}

/** The newest job is open at first, so that there is something to look at. */
function openNewest() {
  const [newest] = model.panels.deals.items ?? []
  if (newest === undefined || model.hasOpened) return
  model.hasOpened = true
  model.openDeal ??= newest.dealId
}

async function loadAll() {
  await Promise.all([
    loadInfo(),
    loadAppNames(),
    ...['deals', 'workers', 'pools', 'batches'].map(load),
  ])
  // Names of apps may have come after the jobs that they belong to.
  render('deals')
  await load('accounts')
}

async function loadInfo() {
  model.info = await ask('/info').catch(() => model.info)
  renderInfo()
}

async function loadAppNames() {
  const { items } = await ask('/apps?limit=200').catch(() => ({ items: [] }))
  for (const { asset, ad } of items) model.appNames.set(asset, nameOf(ad) ?? short(asset))
}

/** The parties of the jobs shown, each once, with the part it plays. */
function loadAccounts() {
  const roles = new Map()
  const add = (account, role) => roles.set(account, roles.get(account) ?? role)
  for (const { terms } of model.panels.deals.items ?? []) add(terms.requester, 'requester')
  for (const { owner } of model.panels.pools.items ?? []) add(owner, 'poolOwner')
  for (const { worker } of model.panels.workers.items ?? []) add(worker, 'worker')
  for (const { terms } of model.panels.deals.items ?? []) add(terms.appOwner, 'appOwner')
  const some = [...roles].slice(0, 12)
  return Promise.all(
    some.map(async ([account, role]) => ({ role, ...(await ask(`/accounts/${account}`)) })),
  )
}

const nameOf = (ad) => /\bname\s*=\s*"((?:[^"\\]|\\.){1,60})"/i.exec(ad)?.[1]
const short = (id) => `${id.slice(0, 8)}…`

// ---- showing

const PANELS = {
  deals: { empty: 'noDeals', show: showDeals },
  workers: { empty: 'noWorkers', show: showWorkers },
  pools: { empty: 'noPools', show: showPools },
  batches: { empty: 'noBatches', show: showBatches },
  accounts: { empty: 'noAccounts', show: showAccounts },
}

/** Shows a panel in its state: loading, empty, failed or ready. */
function render(panel) {
  const body = bodyOf(panel)
  const { state, items, error } = model.panels[panel]
  const changed = body.dataset.state !== state
  body.dataset.state = state
  body.setAttribute('aria-busy', String(state === 'loading'))
  if (state === 'ready') {
    if (changed) body.replaceChildren()
    PANELS[panel].show(body, items)
  } else if (state === 'loading')
    body.replaceChildren(make('p', { class: 'empty' }, say('loading')))
  else if (state === 'empty') body.replaceChildren(emptyNote(panel))
  else body.replaceChildren(failure(panel, error))
  renderFigures()
}

function emptyNote(panel) {
  const command = panel === 'deals' ? make('code', {}, 'npx millrace run render') : undefined
  return make('p', { class: 'empty' }, say(PANELS[panel].empty), ' ', command)
}

function failure(panel, { message, code, hints = [] }) {
  return make(
    'div',
    { class: 'failed', role: 'alert' },
    make('p', {}, `${say('failed')} ${message}`),
    code === undefined ? undefined : make('p', {}, make('code', {}, code)),
    ...hints.map((hint) => make('p', {}, hint)),
    make('button', { type: 'button', class: 'pill', onclick: () => load(panel) }, say('retry')),
  )
}

function showDeals(body, deals) {
  if (body.firstChild === null)
    body.append(make('div', { class: 'list' }), make('p', { class: 'more' }))
  const [list, more] = body.children
  const items = deals.slice(0, model.dealLimit).map((deal) => ({
    deal,
    appName: model.appNames.get(deal.terms.app) ?? short(deal.terms.app),
    isOpen: deal.dealId === model.openDeal,
  }))
  reconcile(list, items, {
    keyOf: ({ deal }) => deal.dealId,
    create: (item) => createJob(item, toggleDeal),
    update: updateJob,
  })
  const hasMore = deals.length > model.dealLimit && model.dealLimit < MAX_DEALS
  more.replaceChildren(
    ...(hasMore
      ? [make('button', { type: 'button', class: 'pill', onclick: showMore }, say('more'))]
      : []),
  )
  const open = items.find(({ isOpen }) => isOpen)
  if (open !== undefined) void showTasks(open.deal)
}

async function showTasks(deal) {
  const card = bodyOf('deals').querySelector(`[data-key="${deal.dealId}"]`)
  if (card === null || model.info === undefined) return
  const tasks = await ask(`/deals/${deal.dealId}/tasks?state=settled&limit=1000`).catch(() => ({
    items: [],
  }))
  await showResults(card, { deal, tasks: tasks.items, storageUrl: model.info.storageUrl })
}

function toggleDeal(dealId) {
  model.openDeal = model.openDeal === dealId ? undefined : dealId
  history.replaceState(null, '', model.openDeal === undefined ? location.pathname : `#${dealId}`)
  render('deals')
}

function showMore() {
  model.dealLimit += DEALS_STEP
  void load('deals')
}

function showWorkers(body, workers) {
  const columns = [
    { title: say('worker'), cell: ({ worker }) => shortId(worker) },
    {
      title: say('state'),
      mark: true,
      cell: (worker) => badge(stateOf(worker), say(stateOf(worker))),
    },
    { title: say('tasks'), number: true, cell: ({ tasks }) => sayNumber(tasks) },
    { title: say('checks'), number: true, cell: ({ checks }) => sayNumber(checks) },
    { title: say('faults'), number: true, cell: ({ faults }) => sayNumber(faults) },
    { title: say('bond'), number: true, cell: ({ bond }) => sayCoins(bond) },
    { title: say('earned'), number: true, cell: ({ earned }) => sayCoins(earned) },
  ]
  body.replaceChildren(table(say('workers'), columns, workers))
}

function stateOf({ bannedUntil, bond }) {
  if (bannedUntil > Date.now() / 1000) return 'banned'
  return BigInt(bond) > 0n ? 'ready' : 'unbonded'
}

function showPools(body, pools) {
  const columns = [
    {
      title: say('pool'),
      cell: ({ ad, asset }) => make('span', {}, nameOf(ad) ?? '', ' ', shortId(asset)),
    },
    { title: say('owner'), cell: ({ owner }) => shortId(owner) },
    {
      title: say('price'),
      number: true,
      cell: ({ price }) => (price === undefined ? say('notOnSale') : sayCoins(price, 6)),
    },
  ]
  body.replaceChildren(table(say('pools'), columns, pools))
}

function showBatches(body, batches) {
  const columns = [
    {
      title: say('batch'),
      cell: ({ pool, nonce }) => make('span', {}, `${nonce} `, shortId(pool)),
    },
    { title: say('state'), mark: true, cell: ({ state }) => badge(state, say(state)) },
    { title: say('tasks'), number: true, cell: ({ tasks }) => sayNumber(tasks) },
    { title: say('workers'), number: true, cell: ({ workers }) => sayNumber(workers.length) },
    { title: say('gas'), number: true, cell: ({ gas }) => sayNumber(BigInt(gas)) },
    {
      title: say('gasPerTask'),
      number: true,
      cell: (batch) => (batch.tasks === 0 ? '' : sayNumber(gasPerTask([batch]))),
    },
    {
      title: say('when'),
      number: true,
      cell: ({ settledAt, committedAt }) => sayAgo(settledAt ?? committedAt),
    },
  ]
  body.replaceChildren(table(say('batches'), columns, batches))
}

function showAccounts(body, accounts) {
  const columns = [
    { title: say('account'), cell: ({ account }) => shortId(account) },
    { title: say('role'), mark: true, cell: ({ role }) => say(role) },
    ...['free', 'locked', 'maturing', 'earned', 'spent'].map((name) => ({
      title: say(name),
      number: true,
      cell: (row) => sayCoins(row[name]),
    })),
  ]
  body.replaceChildren(table(say('balances'), columns, accounts))
}

function gasPerTask(batches) {
  const settled = batches.filter(({ tasks }) => tasks > 0)
  const tasks = settled.reduce((sum, batch) => sum + batch.tasks, 0)
  return tasks === 0
    ? 0
    : Math.round(settled.reduce((sum, batch) => sum + Number(batch.gas), 0) / tasks)
}

function renderFigures() {
  const of = (panel) => model.panels[panel].items ?? []
  const settled = of('deals').reduce((sum, deal) => sum + deal.settled, 0)
  const figures = [
    ['jobsRunning', of('deals').filter((deal) => stateOfDeal(deal) === 'open').length, 'recent'],
    ['tasksSettled', settled, 'recent'],
    ['workersBonded', of('workers').filter((worker) => stateOf(worker) === 'ready').length],
    ['gasPerTask', gasPerTask(of('batches')), 'recentBatches'],
  ]
  $('#figures').replaceChildren(
    ...figures.map(([name, value, note]) =>
      make(
        'div',
        {},
        make('dt', {}, say(name)),
        make('dd', {}, sayNumber(value)),
        note === undefined ? undefined : make('dd', { class: 'note' }, say(note)),
      ),
    ),
  )
}

function renderInfo() {
  if (model.info === undefined) return
  const { name, indexedBlock, headBlock, chainId, contracts } = model.info
  const lag = headBlock - indexedBlock
  $('#market').textContent = name
  $('#chain').textContent = [
    `${say('block')} ${sayNumber(indexedBlock)}`,
    lag > 1 ? say('behind', { lag: sayNumber(lag) }) : '',
    `chain ${chainId}`,
    `Market ${short(contracts.market)}`,
    say('you'),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function renderLive() {
  const live = $('#live')
  live.dataset.state = model.live
  live.firstElementChild.textContent = say(model.live)
}

function renderWords() {
  const language = currentLanguage()
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  for (const element of document.querySelectorAll('[data-text]'))
    element.textContent = say(element.dataset.text)
  const button = $('#language')
  button.textContent = language === 'zh' ? 'English' : '中文'
  button.lang = language === 'zh' ? 'en' : 'zh'
}

function renderAll() {
  renderWords()
  renderLive()
  renderInfo()
  for (const panel of Object.keys(PANELS)) render(panel)
}

// ---- following

const TOUCHED = {
  deal: ['deals', 'accounts'],
  tasks: ['deals', 'workers', 'accounts'],
  expired: ['deals', 'accounts'],
  batch: ['batches', 'workers'],
  order: ['pools'],
}
const dirty = new Set()
let isWaiting = false

function touch(kind) {
  for (const panel of TOUCHED[kind]) dirty.add(panel)
  if (kind === 'order') void loadAppNames()
  if (isWaiting) return
  isWaiting = true
  setTimeout(refresh, QUIET_MS)
}

async function refresh() {
  const panels = [...dirty]
  dirty.clear()
  await Promise.all([loadInfo(), ...panels.map(load)])
  isWaiting = false
  if (dirty.size > 0) touch('deal')
}

function follow() {
  const source = new EventSource('/events')
  source.onopen = () => {
    model.live = 'live'
    renderLive()
    void loadAll()
  }
  source.onerror = () => {
    model.live = 'reconnecting'
    renderLive()
    // A server that refuses ends the stream for good; a new one may find it in better health.
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 2000)
  }
  for (const kind of Object.keys(TOUCHED)) source.addEventListener(kind, () => touch(kind))
}

/** Times such as "3 min ago" grow old by themselves. */
function tick() {
  for (const panel of ['deals', 'batches']) if (model.panels[panel].state === 'ready') render(panel)
  setTimeout(tick, CLOCK_MS)
}

$('#language').addEventListener('click', () => {
  toggleLanguage()
  renderAll()
})
renderAll()
void loadAll()
follow()
setTimeout(tick, CLOCK_MS)
