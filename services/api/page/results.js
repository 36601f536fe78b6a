// Result archives of tasks: fetched from the storage gateway, checked, unpacked, made into pictures.

const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024
const known = new Map()

/**
 * A task's result: its files by path, and whether its bytes were checked against the content id.
 * Read once; a failure is not remembered.
 */
export function readResult(storageUrl, cid) {
  const found = known.get(cid) ?? fetchResult(storageUrl, cid)
  known.set(cid, found)
  found.catch(() => known.delete(cid))
  return found
}

async function fetchResult(storageUrl, cid) {
  const response = await fetch(`${storageUrl}/ipfs/${cid}`)
  if (!response.ok) throw new Error(`storage answers ${response.status}`)
  if (Number(response.headers.get('content-length')) > MAX_ARCHIVE_BYTES)
    throw new Error('too large to show')
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { checked: await isContentOf(cid, bytes), files: readTar(bytes) }
}

/**
 * Compares bytes with a content id of a single raw block. Undefined where that cannot tell: a larger
 * blob is a tree, and a page that did not come over a safe connection has no hash function.
 *
 * @throws when the bytes are others
 */
async function isContentOf(cid, bytes) {
  const [version, codec, hash, length, ...digest] = decodeBase32(cid)
  const isRaw = version === 1 && codec === 0x55 && hash === 0x12 && length === 32
  if (!isRaw || globalThis.crypto?.subtle === undefined) return undefined
  const actual = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  if (digest.some((byte, i) => byte !== actual[i])) throw new Error('bytes do not match their id')
  return true
}

function decodeBase32(cid) {
  const bytes = []
  let [bits, value] = [0, 0]
  for (const letter of cid.slice(1)) {
    value = ((value << 5) | 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(letter)) & 0xffff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 0xff)
  }
  return bytes
}

const BLOCK = 512

/** Plain files of a ustar archive by path. Whatever does not read as one ends it. */
function readTar(bytes) {
  const files = new Map()
  const text = (at, length) => {
    const field = bytes.subarray(at, at + length)
    const end = field.indexOf(0)
    return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
  }
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8)
    const prefix = text(at + 345, 155)
    const path = prefix === '' ? text(at, 100) : `${prefix}/${text(at, 100)}`
    const end = at + BLOCK + size
    if (!Number.isInteger(size) || end > bytes.length) break
    files.set(path, bytes.subarray(at + BLOCK, end))
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}

const TYPES = {
  png: 'image/png',
  bmp: 'image/bmp',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
}

/** The first picture among a result's outputs as something a canvas can draw; undefined for none. */
export function pictureOf(files) {
  for (const [path, bytes] of files) {
    if (!path.startsWith('out/')) continue
    const ending = path.split('.').at(-1)?.toLowerCase() ?? ''
    if (ending === 'ppm') return readPpm(bytes)
    if (TYPES[ending] !== undefined)
      return createImageBitmap(new Blob([bytes], { type: TYPES[ending] }))
  }
  return undefined
}

/** A binary PPM with 8 bits a colour. */
function readPpm(bytes) {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const match = /^P6\s+(?:#.*\n\s*)*(\d{1,5})\s+(\d{1,5})\s+255\s/.exec(head)
  if (match === null) return undefined
  const [width, height] = [Number(match[1]), Number(match[2])]
  const pixels = bytes.subarray(match[0].length)
  if (width * height === 0 || pixels.length < 3 * width * height) return undefined
  const image = new ImageData(width, height)
  for (let i = 0, from = 0; i < image.data.length; i += 4, from += 3) {
    image.data[i] = pixels[from]
    image.data[i + 1] = pixels[from + 1]
    image.data[i + 2] = pixels[from + 2]
    image.data[i + 3] = 255
  }
  return createImageBitmap(image)
}

/**
 * Where a tile belongs in the whole picture, as a program says on its output:
 * `tile 3: 100 x 75 pixels at (200, 75)`.
 */
export function placeOf(files) {
  const match = /\bat \((\d{1,5}), ?(\d{1,5})\)/.exec(textOf(files.get('stdout')))
  return match === null ? undefined : { x: Number(match[1]), y: Number(match[2]) }
}

/** The first line that a program wrote, for people. */
export function firstLineOf(files) {
  return textOf(files.get('stdout')).split('\n', 1)[0].slice(0, 160)
}

function textOf(bytes) {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes.subarray(0, 2000))
}

/** Draws tiles where they belong, or, when one does not say where, side by side. */
export function drawTiles(canvas, tiles) {
  const placed = tiles.every(({ place }) => place !== undefined)
  const boxes = placed
    ? tiles.map(({ image, place }) => ({ image, ...place }))
    : arrange(tiles.map(({ image }) => image))
  canvas.width = Math.max(1, ...boxes.map(({ image, x }) => x + image.width))
  canvas.height = Math.max(1, ...boxes.map(({ image, y }) => y + image.height))
  const context = canvas.getContext('2d')
  for (const { image, x, y } of boxes) context.drawImage(image, x, y)
}

/** Rows of equal cells, about as wide as high. */
function arrange(images) {
  const columns = Math.ceil(Math.sqrt(images.length))
  const width = Math.max(...images.map((image) => image.width))
  const height = Math.max(...images.map((image) => image.height))
  return images.map((image, i) => ({
    image,
    x: (i % columns) * (width + 4),
    y: Math.floor(i / columns) * (height + 4),
  }))
}
