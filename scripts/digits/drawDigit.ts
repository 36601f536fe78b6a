/** Numbers in [0, 1), one after the other. */
export type Draw = () => number

/** Pixels across and down of one digit. */
export const SIDE = 16

type Point = readonly [number, number]
type Segment = readonly [number, number, number, number]
/** Points of a pen's way in a unit square, y down; `curved` ways pass smoothly through them. */
type Stroke = { curved: boolean; points: readonly Point[] }

const curve = (...points: Point[]): Stroke => ({ curved: true, points })
const lines = (...points: Point[]): Stroke => ({ curved: false, points })

/** Each digit in the ways that people write it. */
const WAYS: readonly (readonly (readonly Stroke[])[])[] = [
  [
    [
      curve(
        [0.5, 0.08],
        [0.25, 0.2],
        [0.17, 0.5],
        [0.25, 0.8],
        [0.5, 0.92],
        [0.75, 0.8],
        [0.83, 0.5],
        [0.75, 0.2],
        [0.5, 0.08],
      ),
    ],
  ],
  [[lines([0.5, 0.08], [0.5, 0.92])], [lines([0.32, 0.28], [0.54, 0.08], [0.54, 0.92])]],
  [
    [
      curve([0.22, 0.28], [0.35, 0.1], [0.62, 0.1], [0.76, 0.28], [0.65, 0.5], [0.22, 0.9]),
      lines([0.22, 0.9], [0.8, 0.9]),
    ],
    [
      curve(
        [0.22, 0.28],
        [0.4, 0.1],
        [0.7, 0.16],
        [0.7, 0.4],
        [0.3, 0.84],
        [0.22, 0.78],
        [0.36, 0.74],
        [0.82, 0.9],
      ),
    ],
  ],
  [
    [
      curve([0.22, 0.15], [0.5, 0.08], [0.74, 0.22], [0.66, 0.42], [0.45, 0.48]),
      curve([0.45, 0.48], [0.72, 0.56], [0.78, 0.75], [0.55, 0.92], [0.2, 0.84]),
    ],
    [
      lines([0.22, 0.1], [0.76, 0.1], [0.46, 0.44]),
      curve([0.46, 0.44], [0.76, 0.56], [0.76, 0.78], [0.5, 0.92], [0.2, 0.84]),
    ],
  ],
  [
    [lines([0.62, 0.08], [0.2, 0.6], [0.84, 0.6]), lines([0.64, 0.35], [0.64, 0.93])],
    [lines([0.28, 0.1], [0.24, 0.52], [0.78, 0.52]), lines([0.72, 0.1], [0.7, 0.93])],
  ],
  [
    [
      lines([0.76, 0.1], [0.32, 0.1], [0.28, 0.46]),
      curve([0.28, 0.46], [0.55, 0.4], [0.78, 0.58], [0.7, 0.84], [0.45, 0.92], [0.2, 0.84]),
    ],
  ],
  [
    [
      curve(
        [0.68, 0.1],
        [0.38, 0.3],
        [0.24, 0.62],
        [0.34, 0.86],
        [0.58, 0.92],
        [0.76, 0.74],
        [0.66, 0.55],
        [0.42, 0.54],
        [0.26, 0.7],
      ),
    ],
  ],
  [
    [lines([0.2, 0.1], [0.8, 0.1], [0.42, 0.93])],
    [lines([0.2, 0.1], [0.8, 0.1], [0.42, 0.93]), lines([0.36, 0.5], [0.74, 0.5])],
  ],
  [
    [
      curve(
        [0.7, 0.22],
        [0.5, 0.08],
        [0.3, 0.22],
        [0.42, 0.42],
        [0.62, 0.54],
        [0.74, 0.74],
        [0.5, 0.92],
        [0.26, 0.74],
        [0.4, 0.53],
        [0.6, 0.42],
        [0.7, 0.22],
      ),
    ],
  ],
  [
    [
      curve(
        [0.74, 0.32],
        [0.6, 0.46],
        [0.36, 0.44],
        [0.26, 0.26],
        [0.4, 0.1],
        [0.62, 0.1],
        [0.74, 0.3],
        [0.7, 0.62],
        [0.56, 0.93],
      ),
    ],
    [
      curve([0.72, 0.28], [0.56, 0.46], [0.32, 0.38], [0.32, 0.16], [0.54, 0.08], [0.72, 0.24]),
      lines([0.72, 0.24], [0.68, 0.93]),
    ],
  ],
]

/**
 * One digit as a stranger's hand might leave it: 16 x 16 bytes, 0 is paper. The way, the slant, the
 * size, the pen, unsteadiness and noise are drawn from `draw`. Only + - * / and sqrt, so that the same
 * numbers give the same bytes everywhere.
 */
export function drawDigit(digit: number, draw: Draw): Uint8Array {
  const ways = WAYS[digit] ?? []
  const way = ways[Math.floor(draw() * ways.length)] ?? []
  const place = placing(draw)
  const segments = way.flatMap(({ curved, points }) => {
    const shaken = points.map(([x, y]): Point => [x + around(draw, 0.07), y + around(draw, 0.07)])
    const path = (curved ? smooth(shaken) : shaken).map(place)
    return path.slice(1).map((end, i): Segment => [...(path[i] as Point), ...end])
  })
  const pen = 0.6 + 0.9 * draw()
  const ink = 130 + 125 * draw()
  const bytes = new Uint8Array(SIDE * SIDE)
  for (let i = 0; i < bytes.length; i++) {
    const nearest = Math.sqrt(squareTo(segments, (i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5))
    const covered = Math.min(1, Math.max(0, pen + 0.5 - nearest))
    bytes[i] = Math.min(255, Math.max(0, Math.round(covered * ink + 22 * normal(draw))))
  }
  return bytes
}

const around = (draw: Draw, reach: number): number => (draw() - draw()) * reach

/** From the unit square to pixels: turned, slanted, stretched and moved at random. */
function placing(draw: Draw): (point: Point) => Point {
  const half = around(draw, 0.17)
  const [cos, sin] = [(1 - half * half) / (1 + half * half), (2 * half) / (1 + half * half)]
  const slant = around(draw, 0.35)
  const [wide, high] = [(0.5 + 0.4 * draw()) * SIDE, (0.66 + 0.26 * draw()) * SIDE]
  const [left, top] = [SIDE / 2 + around(draw, 1.6), SIDE / 2 + around(draw, 1.6)]
  return ([x, y]) => {
    const [u, v] = [(x - 0.5 - slant * (y - 0.5)) * wide, (y - 0.5) * high]
    return [left + cos * u - sin * v, top + sin * u + cos * v]
  }
}

/** Catmull-Rom through all points, four steps from each to the next. */
function smooth(points: readonly Point[]): Point[] {
  const at = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))] as Point
  const path: Point[] = [at(0)]
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    for (let k = 1; k <= 4; k++) {
      const t = k / 4
      const along = (p: number, q: number, r: number, s: number): number =>
        q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)))
      path.push([along(a[0], b[0], c[0], d[0]), along(a[1], b[1], c[1], d[1])])
    }
  }
  return path
}

/** Square of the distance from a point to the nearest of some segments. */
function squareTo(segments: readonly Segment[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY
  for (const [x0, y0, x1, y1] of segments) {
    const dx = x1 - x0
    const dy = y1 - y0
    const length = dx * dx + dy * dy
    const along = length > 0 ? ((x - x0) * dx + (y - y0) * dy) / length : 0
    const t = Math.min(1, Math.max(0, along))
    const ex = x - x0 - t * dx
    const ey = y - y0 - t * dy
    nearest = Math.min(nearest, ex * ex + ey * ey)
  }
  return nearest
}

/** Nearly normal: the sum of twelve uniform numbers. */
function normal(draw: Draw): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += draw()
  return sum
}
