// Counts the primes in a range: TypeScript as you would write it anywhere, run by QuickJS in the sandbox.
//   primes FROM TO     both ends included
declare const args: string[]
declare function print(...values: unknown[]): void
declare function exit(code: number): never

function isPrime(n: number): boolean {
  if (n < 2 || (n > 2 && n % 2 === 0)) return false
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return false
  return true
}

const [from = Number.NaN, to = Number.NaN]: number[] = args.map(Number)
if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from) {
  print('usage: primes FROM TO, two whole numbers')
  exit(2)
}
let count = 0
for (let n = from; n <= to; n++) if (isPrime(n)) count++
print(`${count} primes from ${from} to ${to}`)
