// Global optimisation by differential evolution, in AssemblyScript. A bag splits the box of a function.
//   optimise --function NAME [--dimensions 10] [--part I --parts N] [--seed 1] [--population 60] [--generations 600]
//            prints the best of share I of the box as a line of JSON, and writes it as /out/best.csv
//   optimise --assemble      the best of all shares, as best.json and shares.csv
import { readFile, writeFile } from './files'
import { highest, isPlane, knownMinimum, lowest, NAMES } from './functions'
import { Found, search, shareOf } from './search'

function fail(message: string): void {
  process.stderr.write('optimise: ' + message + '\n')
  process.exit(2)
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

function save(path: string, text: string): void {
  if (!writeFile(path, text)) fail('cannot write ' + path)
}

/** One line of JSON, with the known minimum where there is one. */
function report(name: string, kind: i32, value: f64, evaluations: i32, coordinates: string[]): string {
  const known = knownMinimum(kind, coordinates.length)
  const minimum = isNaN(known) ? '' : ',"known":' + known.toString() + ',"above":' + (value - known).toString()
  return (
    '{"function":"' + name + '","dimensions":' + coordinates.length.toString() + ',"value":' + value.toString() + minimum +
    ',"evaluations":' + evaluations.toString() + ',"point":[' + coordinates.join(',') + ']}'
  )
}

function assemble(): void {
  let shares = 'share,value,evaluations,point\n'
  let name = ''
  let least: f64 = Infinity
  let total = 0
  let count = 0
  let point: string[] = []
  for (; ; count++) {
    const text = readFile('/in/' + count.toString() + '/best.csv')
    if (text === null) break
    const cells = text.trim().split(',')
    if (cells.length < 5 || (count > 0 && (cells[0] != name || cells.length - 4 != point.length))) {
      fail('share ' + count.toString() + ' is of another run')
    }
    name = cells[0]
    const value = parseFloat(cells[2])
    total += i32(parseInt(cells[3]))
    const place = cells.slice(4)
    if (value < least || count == 0) {
      least = value
      point = place
    }
    shares += cells[1] + ',' + cells[2] + ',' + cells[3] + ',' + place.join(' ') + '\n'
  }
  const kind = NAMES.indexOf(name)
  if (kind < 0) fail('no best.csv below /in')
  const line = report(name, kind, least, total, point)
  save('/out/best.json', line + '\n')
  save('/out/shares.csv', shares)
  console.log(line)
}

function main(): void {
  const name = option('function', 'rastrigin')
  const kind = NAMES.indexOf(name)
  if (kind < 0) fail('--function is ' + name + ', but must be one of ' + NAMES.join(', '))
  const dimensions = numberOption('dimensions', isPlane(kind) ? 2 : 10, 1, 200)
  if (isPlane(kind) && dimensions != 2) fail('--dimensions of ' + name + ' must be 2')
  const parts = numberOption('parts', 1, 1, 10000)
  const part = numberOption('part', 0, 0, parts - 1)
  const seed = numberOption('seed', 1, 0, 2147483647)
  const population = numberOption('population', 60, 5, 2000)
  const generations = numberOption('generations', 600, 1, 100000)
  const box = shareOf(lowest(kind), highest(kind), dimensions, part, parts)
  // Each share has a stream of its own, too.
  const found: Found = search(kind, box, u64(seed) + (u64(part) << 32), population, generations)
  const point: string[] = []
  for (let i = 0; i < dimensions; i++) point.push(found.point[i].toString())
  save(
    '/out/best.csv',
    name + ',' + part.toString() + ',' + found.value.toString() + ',' + found.evaluations.toString() + ',' + point.join(',') + '\n',
  )
  console.log(report(name, kind, found.value, found.evaluations, point))
}

if (process.argv.length > 1 && process.argv[1] == '--assemble') assemble()
else main()
