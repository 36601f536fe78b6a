// Functions with known minima, after the collections of Jamil and Yang (2013) and Surjanovic and Bingham.

export const NAMES = [
  'rastrigin', 'ackley', 'rosenbrock', 'griewank', 'schwefel', 'levy', 'styblinski', 'michalewicz', 'eggholder', 'camel',
]
const LEAST: f64[] = [-5.12, -32.768, -5, -600, -500, -10, -5, 0, -512, -3]
const MOST: f64[] = [5.12, 32.768, 5, 600, 500, 10, 5, Math.PI, 512, 3]

export function lowest(kind: i32): f64 {
  return LEAST[kind]
}

export function highest(kind: i32): f64 {
  return MOST[kind]
}

/** The last two exist in two dimensions only. */
export function isPlane(kind: i32): bool {
  return kind >= 8
}

/** The minimum, or NaN where none is known for this number of dimensions. */
export function knownMinimum(kind: i32, dimensions: i32): f64 {
  if (kind < 6) return 0
  if (kind == 6) return -39.16616570377142 * f64(dimensions)
  if (kind == 7) {
    if (dimensions == 2) return -1.8013034100985537
    if (dimensions == 5) return -4.687658179088148
    return dimensions == 10 ? -9.660151715641349 : NaN
  }
  return kind == 8 ? -959.6406627208506 : -1.0316284534898774
}

function rastrigin(x: Float64Array): f64 {
  let sum: f64 = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i] - 10 * Math.cos(2 * Math.PI * x[i]) + 10
  return sum
}

function ackley(x: Float64Array): f64 {
  let square: f64 = 0
  let wave: f64 = 0
  for (let i = 0; i < x.length; i++) {
    square += x[i] * x[i]
    wave += Math.cos(2 * Math.PI * x[i])
  }
  const n = f64(x.length)
  return -20 * Math.exp(-0.2 * Math.sqrt(square / n)) - Math.exp(wave / n) + 20 + Math.E
}

function rosenbrock(x: Float64Array): f64 {
  let sum: f64 = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const step = x[i + 1] - x[i] * x[i]
    sum += 100 * step * step + (1 - x[i]) * (1 - x[i])
  }
  return sum
}

function griewank(x: Float64Array): f64 {
  let sum: f64 = 0
  let product: f64 = 1
  for (let i = 0; i < x.length; i++) {
    sum += (x[i] * x[i]) / 4000
    product *= Math.cos(x[i] / Math.sqrt(f64(i + 1)))
  }
  return sum - product + 1
}

function schwefel(x: Float64Array): f64 {
  let sum: f64 = 0
  for (let i = 0; i < x.length; i++) sum += 418.9828872724338 - x[i] * Math.sin(Math.sqrt(Math.abs(x[i])))
  return sum
}

function levy(x: Float64Array): f64 {
  const last = 1 + (x[x.length - 1] - 1) / 4
  const first = Math.sin(Math.PI * (1 + (x[0] - 1) / 4))
  const end = Math.sin(2 * Math.PI * last)
  let sum = first * first + (last - 1) * (last - 1) * (1 + end * end)
  for (let i = 0; i + 1 < x.length; i++) {
    const w = 1 + (x[i] - 1) / 4
    const wave = Math.sin(Math.PI * w + 1)
    sum += (w - 1) * (w - 1) * (1 + 10 * wave * wave)
  }
  return sum
}

function styblinski(x: Float64Array): f64 {
  let sum: f64 = 0
  for (let i = 0; i < x.length; i++) {
    const square = x[i] * x[i]
    sum += (square * square - 16 * square + 5 * x[i]) / 2
  }
  return sum
}

function michalewicz(x: Float64Array): f64 {
  let sum: f64 = 0
  for (let i = 0; i < x.length; i++) {
    const wave = Math.sin((f64(i + 1) * x[i] * x[i]) / Math.PI)
    let power: f64 = 1
    for (let k = 0; k < 20; k++) power *= wave
    sum -= Math.sin(x[i]) * power
  }
  return sum
}

function eggholder(x: Float64Array): f64 {
  const up = x[1] + 47
  return -up * Math.sin(Math.sqrt(Math.abs(up + x[0] / 2))) - x[0] * Math.sin(Math.sqrt(Math.abs(x[0] - up)))
}

function camel(x: Float64Array): f64 {
  const a = x[0] * x[0]
  const b = x[1] * x[1]
  return (4 - 2.1 * a + (a * a) / 3) * a + x[0] * x[1] + (4 * b - 4) * b
}

export function evaluate(kind: i32, x: Float64Array): f64 {
  switch (kind) {
    case 0:
      return rastrigin(x)
    case 1:
      return ackley(x)
    case 2:
      return rosenbrock(x)
    case 3:
      return griewank(x)
    case 4:
      return schwefel(x)
    case 5:
      return levy(x)
    case 6:
      return styblinski(x)
    case 7:
      return michalewicz(x)
    case 8:
      return eggholder(x)
    default:
      return camel(x)
  }
}
