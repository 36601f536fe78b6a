// Trains the network of catalogue/digits and draws its example sheets.
//   node scripts/trainDigits.ts            writes catalogue/digits/weights.h and example/*.pgm
//   node scripts/trainDigits.ts --check    compares them with what is there
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { headerOf } from './digits/header.ts'
import { sheetOf } from './digits/sheet.ts'
import { accuracy, drawFrom, drawings, RECIPE, shuffle, train } from './digits/train.ts'

const DIGITS = join(dirname(fileURLToPath(import.meta.url)), '../catalogue/digits')
/** The seed of training is 1; these drawings no network has seen. */
const HELD_OUT_SEED = 1000
const SHEETS = 4

function exampleSheet(seed: number): Uint8Array {
  const draw = drawFrom(seed)
  const digits = drawings(100, draw)
  shuffle(digits, draw)
  return sheetOf(digits, 10)
}

function main(check: boolean): void {
  const network = train(RECIPE)
  const files: [string, Uint8Array][] = [['weights.h', Buffer.from(headerOf(network))]]
  for (let i = 0; i < SHEETS; i++)
    files.push([`example/sheet${i}.pgm`, exampleSheet(HELD_OUT_SEED + 1 + i)])
  for (const [name, bytes] of files) {
    const path = join(DIGITS, name)
    if (!check) writeFileSync(path, bytes)
    else if (!existsSync(path) || Buffer.compare(readFileSync(path), bytes) !== 0) {
      console.error(`${name} is not what scripts/trainDigits.ts makes`)
      process.exitCode = 1
    }
  }
  if (check) return
  const heldOut = accuracy(network, drawings(2000, drawFrom(HELD_OUT_SEED)))
  console.log(`held-out accuracy of 2000 digits: ${(100 * heldOut).toFixed(2)} %`)
}

main(process.argv.includes('--check'))
