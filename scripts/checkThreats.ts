// Every line of the threat model names the test that shows it: docs/threats/*.md are tables of four columns,
// | who | does what | what it costs or why it fails | test |, and the last one has a file and the name of a test in it,
// both in backquotes. Fails when a file or test is not there, or a line names none.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DIR = 'docs/threats'
const problems: string[] = []
let lines = 0

/** Cells of the rows below the head of each table. */
function rowsOf(text: string): { line: number; cells: string[] }[] {
  return text.split('\n').flatMap((row, i, all) => {
    const isHead = /^\|[\s:|-]+\|\s*$/.test(all[i + 1] ?? '')
    if (!row.startsWith('|') || isHead || /^\|[\s:|-]+\|\s*$/.test(row)) return []
    const cells = row
      .replace(/\\\|/g, '\u0000')
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\u0000', '|'))
    return [{ line: i + 1, cells }]
  })
}

/** A name in backquotes, a file, or a test of Solidity. */
const WORD = /`([^`]+)`|([\w./-]+\.(?:sol|ts)\b|(?:test|testFuzz|invariant)_\w+)/g

/** Tests of Solidity may leave out the folder. */
const placeOf = (file: string): string | undefined =>
  ['', ...['unit', 'fuzz', 'invariant'].map((folder) => `contracts/test/${folder}/`)]
    .map((folder) => `${folder}${file}`)
    .find((path) => existsSync(path))

/** Whether a test of this name is in the file: a function in Solidity, a title in TypeScript. */
function hasTest(file: string, name: string): boolean {
  const text = readFileSync(file, 'utf8')
  return file.endsWith('.sol')
    ? new RegExp(`function ${name}\\(`).test(text)
    : text.includes(name.replaceAll('…', ''))
}

/** File and tests that a cell names; of a TypeScript test without backquotes all the rest is the title. */
function namesOf(cell: string): { files: string[]; tests: string[] } {
  const [, path, title] = /^([\w./-]+\.ts) ([^`]+)$/.exec(cell) ?? []
  if (path !== undefined && title !== undefined) return { files: [path], tests: [title] }
  const words = [...cell.matchAll(WORD)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  const isFile = (word: string): boolean => /^[\w./-]+\.(sol|ts)$/.test(word)
  return { files: words.filter(isFile), tests: words.filter((word) => !isFile(word)) }
}

function checkRow(where: string, cell: string): void {
  const { files, tests } = namesOf(cell)
  if (files.length === 0 || tests.length === 0)
    problems.push(`${where}: names no test; write \`file\` \`name of the test\``)
  for (const file of files)
    if (placeOf(file) === undefined) problems.push(`${where}: ${file} does not exist`)
  const places = files.flatMap((file) => placeOf(file) ?? [])
  for (const test of places.length === 0 ? [] : tests)
    if (!places.some((file) => hasTest(file, test)))
      problems.push(`${where}: ${places.join(', ')} has no test "${test}"`)
}

for (const name of existsSync(DIR) ? readdirSync(DIR) : []) {
  if (!name.endsWith('.md')) continue
  const file = join(DIR, name)
  for (const { line, cells } of rowsOf(readFileSync(file, 'utf8'))) {
    lines++
    if (cells.length === 4) checkRow(`${file}:${line}`, cells[3] ?? '')
    else problems.push(`${file}:${line}: ${cells.length} columns instead of 4`)
  }
}
if (lines === 0) problems.push(`${DIR}: no line of the threat model found`)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
