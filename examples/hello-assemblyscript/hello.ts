// Sums 1 to N: AssemblyScript, a TypeScript that compiles to WebAssembly.
const args = process.argv
const n = args.length > 1 ? parseInt(args[1]) : 100
let sum: f64 = 0
for (let i: f64 = 1; i <= n; i++) sum += i
console.log('The numbers from 1 to ' + n.toString() + ' add up to ' + sum.toString())
