/** A value of a ClassAd that this package writes. */
export type AdValue = string | number | bigint

/** ClassAd text of attributes, such as `[ Name = "render"; MemoryMiB = 64 ]`. */
export function writeAd(attributes: Record<string, AdValue>): string {
  const parts = Object.entries(attributes).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? quoteText(value) : value}`,
  )
  return `[ ${parts.join('; ')} ]`
}

/** A string attribute of an ad; undefined when it has none. Names do not depend on capitals. */
export function textOfAd(ad: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|[\\[;\\s])${name}\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(ad)
  return found?.[1]?.replace(/\\(.)/g, '$1')
}

function quoteText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n\t]+/g, ' ')}"`
}
