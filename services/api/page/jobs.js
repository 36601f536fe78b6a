import { badge, make, shortId, table } from './elements.js'
import { say, sayAgo, sayCoins, sayNumber, sayTime } from './language.js'
import { drawTiles, firstLineOf, pictureOf, placeOf, readResult } from './results.js'

const MAX_RESULTS = 300
const MAX_LISTED = 12
const FETCHES_AT_ONCE = 6
const WAD = 1e18

/** What one expanded job shows of its results; kept while the page lives. */
const shown = new Map()

/** A job's card, closed; `onToggle` is called with the deal's id. */
export function createJob({ deal }, onToggle) {
  const id = `job-${deal.dealId}`
  const head = make(
    'button',
    { type: 'button', class: 'head', 'aria-controls': id, onclick: () => onToggle(deal.dealId) },
    make('span', { class: 'name' }),
    make('span', { class: 'state' }),
    make('span', { class: 'bar', 'aria-hidden': 'true' }, make('span')),
    make('span', { class: 'count' }),
    make('span', { class: 'paid' }),
    make('span', { class: 'when' }),
  )
  const detail = make('div', { class: 'detail', id, hidden: true })
  detail.append(
    make('dl', { class: 'facts' }),
    make('h3'),
    make('p', { class: 'note', role: 'status' }),
    make('figure', { hidden: true }, make('canvas'), make('figcaption')),
    make('details', { class: 'listing' }, make('summary'), make('div')),
  )
  return make('article', { class: 'job' }, head, detail)
}

/** Brings a card up to date. */
export function updateJob(card, { deal, appName, isOpen }) {
  const { settled, terms } = deal
  const state = stateOfDeal(deal)
  const [head, detail] = card.children
  const set = (name, ...content) => head.querySelector(`.${name}`).replaceChildren(...content)
  card.dataset.state = state
  head.setAttribute('aria-expanded', String(isOpen))
  set('name', appName, ' ', shortId(deal.dealId))
  set('state', badge(state, say(state)))
  set('count', say('settledOf', { settled: sayNumber(settled), volume: sayNumber(terms.volume) }))
  set('paid', `${say('paid')} ${sayCoins(deal.paid)}`)
  set('when', make('time', { title: sayTime(terms.openedAt) }, sayAgo(terms.openedAt)))
  head.querySelector('.bar span').style.width = `${(100 * settled) / terms.volume}%`
  detail.hidden = !isOpen
  if (isOpen) updateFacts(detail.querySelector('.facts'), deal)
}

/** As the market tells it, but `late` once the deadline of one that is still open has passed. */
export function stateOfDeal({ state, terms }) {
  return state === 'open' && terms.expiresAt < Date.now() / 1000 ? 'late' : state
}

function updateFacts(list, deal) {
  const { terms } = deal
  const odds = Number(terms.minOdds) / WAD
  const facts = [
    [say('dealId'), shortId(deal.dealId)],
    [say('requester'), shortId(terms.requester)],
    [say('pool'), shortId(terms.pool)],
    [say('trust'), odds === 0 ? say('trustNone') : `${((100 * odds) / (1 + odds)).toFixed(2)} %`],
    [say('gas'), sayNumber(BigInt(deal.gas))],
    [say('expires'), sayTime(terms.expiresAt)],
    ...(deal.refunded === '0' ? [] : [[say('refunded'), sayCoins(deal.refunded)]]),
  ]
  list.replaceChildren(
    ...facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  )
}

/**
 * Shows what has settled of an open job: pictures joined or side by side, else what each task said.
 *
 * @param tasks - Settled tasks of the deal.
 */
export async function showResults(card, { deal, tasks, storageUrl }) {
  const detail = card.querySelector('.detail')
  const some = tasks.slice(0, MAX_RESULTS)
  const located = some.filter(({ cid }) => cid !== undefined)
  const kept = shown.get(deal.dealId) ?? { results: new Map(), drawn: -1 }
  shown.set(deal.dealId, kept)
  const missing = located.filter(({ cid }) => !kept.results.has(cid))
  if (missing.length > 0) setNote(detail, say('loadingResults'))
  let failures = 0
  await inLanes(missing, async ({ cid }) => {
    try {
      kept.results.set(cid, await readParts(storageUrl, cid))
    } catch {
      failures++
    }
  })
  const results = located.flatMap((task) => {
    const parts = kept.results.get(task.cid)
    return parts === undefined ? [] : [{ task, ...parts }]
  })
  setNote(detail, noteOf({ tasks, some, located, results, failures }))
  detail.querySelector('h3').textContent = say('results')
  drawPicture(detail, { results, kept, deal })
  listResults(detail, { results, storageUrl })
}

function setNote(detail, text) {
  const note = detail.querySelector('.note')
  if (note.textContent !== text) note.textContent = text
}

async function readParts(storageUrl, cid) {
  const { files, checked } = await readResult(storageUrl, cid)
  const image = await tryPicture(files)
  return { checked, image, place: placeOf(files), line: firstLineOf(files) }
}

/** A broken picture is no reason to hide what else the task wrote. */
async function tryPicture(files) {
  try {
    return await pictureOf(files)
  } catch {
    return undefined
  }
}

function noteOf({ tasks, some, located, results, failures }) {
  if (tasks.length === 0) return say('noResults')
  const isChecked = results.every(({ checked }) => checked)
  return [
    tasks.length > some.length ? say('firstOnly', { count: some.length }) : '',
    located.length < some.length
      ? say('resultsMissing', { count: some.length - located.length })
      : '',
    failures > 0 ? say('resultsFailed', { count: failures }) : '',
    results.length > 0 ? say(isChecked ? 'checked' : 'unchecked') : '',
  ]
    .filter((text) => text !== '')
    .join(' ')
}

function drawPicture(detail, { results, kept, deal }) {
  const figure = detail.querySelector('figure')
  const tiles = results.filter(({ image }) => image !== undefined)
  figure.hidden = tiles.length === 0
  if (tiles.length === 0) return
  const canvas = figure.querySelector('canvas')
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', `${say('picture')} ${deal.dealId.slice(0, 10)}`)
  if (kept.drawn !== tiles.length) drawTiles(canvas, tiles)
  kept.drawn = tiles.length
  const save = () =>
    canvas.toBlob((blob) => {
      const url = URL.createObjectURL(blob)
      make('a', { href: url, download: `${deal.dealId.slice(0, 10)}.png` }).click()
      URL.revokeObjectURL(url)
    })
  const size = `${sayNumber(canvas.width)} × ${sayNumber(canvas.height)}`
  figure
    .querySelector('figcaption')
    .replaceChildren(
      size,
      make('button', { type: 'button', class: 'pill', onclick: save }, say('save')),
    )
}

function listResults(detail, { results, storageUrl }) {
  const listing = detail.querySelector('.listing')
  listing.hidden = results.length === 0
  if (results.length === 0) return
  // Open by itself where there is no picture to look at; later it is the reader's to open or close.
  if (listing.dataset.key === undefined) listing.open = detail.querySelector('figure').hidden
  listing.dataset.key = 'shown'
  const columns = [
    { title: '#', number: true, cell: ({ task }) => sayNumber(task.index) },
    { title: say('output'), cell: ({ line }) => make('span', { class: 'line' }, line) },
    {
      title: say('result'),
      cell: ({ task }) =>
        make(
          'a',
          { href: `${storageUrl}/ipfs/${task.cid}`, title: task.cid },
          shortId(task.digest),
        ),
    },
  ]
  const [summary, rows] = listing.children
  summary.textContent = say('outputs', { count: sayNumber(results.length) })
  rows.replaceChildren(table(say('results'), columns, results.slice(0, MAX_LISTED)))
}

async function inLanes(items, act) {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, lane))
}
