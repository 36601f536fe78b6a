// Small tools to build and update what is on the page. Text from anybody is only ever text.

/** An element with attributes and children; `undefined` children are left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else element.setAttribute(key, value === true ? '' : String(value))
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== ''))
  return element
}

/** An id in short, in full as its title. */
export function shortId(id) {
  return make('code', { title: id }, `${id.slice(0, 8)}…${id.slice(-4)}`)
}

/** A coloured word for a state. */
export function badge(state, label) {
  return make('span', { class: 'badge', 'data-state': state }, label)
}

/**
 * A table whose rows are cards on narrow screens. Columns: numbers align right; the one that is a
 * `mark` stands beside the first, without its title.
 */
export function table(caption, columns, rows) {
  const head = columns.map(({ title, number }) =>
    make('th', { scope: 'col', class: number && 'number' }, title),
  )
  const body = rows.map((row) =>
    make(
      'tr',
      {},
      columns.map(({ number, mark, title, cell }) =>
        make(
          'td',
          { class: (number && 'number') || (mark && 'mark'), 'data-title': title },
          cell(row),
        ),
      ),
    ),
  )
  return make(
    'table',
    {},
    make('caption', { class: 'hidden' }, caption),
    make('thead', {}, make('tr', {}, head)),
    make('tbody', {}, body),
  )
}

/**
 * Makes the children of `parent` those of `items`, keeping the element of an item that is still
 * there: what has the focus keeps it.
 */
export function reconcile(parent, items, { keyOf, create, update }) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]))
  const wanted = items.map((item) => {
    const key = keyOf(item)
    const element = old.get(key) ?? create(item)
    element.dataset.key = key
    update(element, item)
    return element
  })
  for (const child of [...parent.children]) if (!wanted.includes(child)) child.remove()
  wanted.forEach((element, i) => {
    if (parent.children[i] !== element) parent.insertBefore(element, parent.children[i] ?? null)
  })
}
