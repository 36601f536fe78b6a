/** Remembers at least the last `least` entries, at most twice as many. */
export type Recent<K, V> = {
  has(key: K): boolean
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/**
 * Two generations, the older dropped whole: a Map that loses its oldest entry with each new one looks
 * past all that it has lost before to find the next.
 */
export function createRecent<K, V>(least: number): Recent<K, V> {
  let [young, old] = [new Map<K, V>(), new Map<K, V>()]
  return {
    has: (key) => young.has(key) || old.has(key),
    get: (key) => young.get(key) ?? old.get(key),
    set: (key, value) => {
      if (young.size >= least) [young, old] = [new Map(), young]
      young.set(key, value)
    },
  }
}
