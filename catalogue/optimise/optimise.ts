// Global optimisation by differential evolution (Storn and Price 1997), in AssemblyScript.
//   optimise --function rastrigin|ackley|rosenbrock|griewank|schwefel --dimensions 10 --seed 1
//            [--population 60] [--generations 600]
// Prints one line of JSON: best value, best point, evaluations. Known minimum of each: 0.

function fail(message: string): void {
  process.stderr.write('optimise: ' + message + '\n')
  process.exit(2)
}

/** xorshift64*: one stream per seed. */
class Random {
  private state: u64
  constructor(seed: u64) {
    this.state = seed * 0x9e3779b97f4a7c15 + 0x632be59bd9b4e019
    for (let i = 0; i < 8; i++) this.unit()
  }
  unit(): f64 {
    this.state ^= this.state >> 12
    this.state ^= this.state << 25
    this.state ^= this.state >> 27
    return f64((this.state * 0x2545f4914f6cdd1d) >> 11) * (1.0 / 9007199254740992.0)
  }
  below(n: i32): i32 {
    return i32(this.unit() * f64(n))
  }
}

const NAMES = ['rastrigin', 'ackley', 'rosenbrock', 'griewank', 'schwefel']
const BOUNDS: f64[] = [5.12, 32.768, 5.0, 600.0, 500.0]

function evaluate(kind: i32, x: Float64Array): f64 {
  const n = x.length
  let sum: f64 = 0
  let other: f64 = kind == 3 ? 1 : 0
  for (let i = 0; i < n; i++) {
    const v = x[i]
    if (kind == 0) sum += v * v - 10 * Math.cos(2 * Math.PI * v) + 10
    else if (kind == 1) {
      sum += v * v
      other += Math.cos(2 * Math.PI * v)
    } else if (kind == 2) {
      if (i + 1 < n) {
        const step = x[i + 1] - v * v
        sum += 100 * step * step + (1 - v) * (1 - v)
      }
    } else if (kind == 3) {
      sum += (v * v) / 4000
      other *= Math.cos(v / Math.sqrt(f64(i + 1)))
    } else sum += 418.9828872724338 - v * Math.sin(Math.sqrt(Math.abs(v)))
  }
  if (kind == 1) return -20 * Math.exp(-0.2 * Math.sqrt(sum / f64(n))) - Math.exp(other / f64(n)) + 20 + Math.E
  if (kind == 3) return sum - other + 1
  return sum
}

function option(name: string, fallback: string): string {
  const args = process.argv
  for (let i = 1; i < args.length; i++) {
    if (args[i] == '--' + name) {
      if (i + 1 >= args.length) fail('--' + name + ' needs a value')
      return args[i + 1]
    }
  }
  return fallback
}

function numberOption(name: string, fallback: i32, least: i32, most: i32): i32 {
  const text = option(name, fallback.toString())
  const value = parseInt(text)
  if (!(value >= least && value <= most) || value != Math.floor(value)) {
    fail('--' + name + ' is ' + text + ', but must be ' + least.toString() + ' to ' + most.toString())
  }
  return i32(value)
}

function main(): void {
  const name = option('function', 'rastrigin')
  const kind = NAMES.indexOf(name)
  if (kind < 0) fail('--function is ' + name + ', but must be one of ' + NAMES.join(', '))
  const n = numberOption('dimensions', 10, 1, 200)
  const seed = numberOption('seed', 1, 0, 2147483647)
  const population = numberOption('population', 60, 5, 2000)
  const generations = numberOption('generations', 600, 1, 100000)
  const bound = BOUNDS[kind]
  const random = new Random(u64(seed))

  const points: Float64Array[] = []
  const values: f64[] = []
  for (let p = 0; p < population; p++) {
    const x = new Float64Array(n)
    for (let i = 0; i < n; i++) x[i] = (2 * random.unit() - 1) * bound
    points.push(x)
    values.push(evaluate(kind, x))
  }
  let best = 0
  const trial = new Float64Array(n)
  for (let g = 0; g < generations; g++) {
    for (let p = 0; p < population; p++) {
      const a = points[random.below(population)]
      const b = points[random.below(population)]
      // The pull towards the best point falls as the search goes on.
      const base = random.unit() < 0.35 ? points[best] : points[random.below(population)]
      const weight = 0.4 + 0.4 * random.unit()
      const forced = random.below(n)
      for (let i = 0; i < n; i++) {
        let v = points[p][i]
        if (i == forced || random.unit() < 0.3) {
          v = base[i] + weight * (a[i] - b[i])
          if (v < -bound || v > bound) v = (2 * random.unit() - 1) * bound
        }
        trial[i] = v
      }
      const value = evaluate(kind, trial)
      if (value <= values[p]) {
        points[p].set(trial)
        values[p] = value
        if (value < values[best]) best = p
      }
    }
  }
  let point = ''
  for (let i = 0; i < n; i++) point += (i > 0 ? ',' : '') + points[best][i].toString()
  console.log(
    '{"function":"' + name + '","dimensions":' + n.toString() + ',"seed":' + seed.toString() + ',"value":' + values[best].toString() +
      ',"evaluations":' + (population * (generations + 1)).toString() + ',"point":[' + point + ']}',
  )
}

main()
