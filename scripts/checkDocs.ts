// Keeps the documents true: links resolve, scripts named exist, every error has its page, both READMEs
// show the same commands, and the layer table in docs/architecture.md is the one that is enforced.
//   node scripts/checkDocs.ts           fails with a list
//   node scripts/checkDocs.ts --write   prints the layer table into docs/architecture.md
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { DIR, MAY_IMPORT } from './layers.ts'

const problems: string[] = []
const listed = (pattern: string[]): string[] =>
  execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...pattern],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter((file) => file !== '' && existsSync(file))

/** Text without fenced code, in which brackets are no links. */
const withoutCode = (text: string): string =>
  text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '')

function checkLinks(file: string, text: string): void {
  for (const [, target = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target) || target.startsWith('#')) continue
    const path = normalize(join(dirname(file), target.replace(/#.*$/, '')))
    if (!existsSync(path)) problems.push(`${file}: link to ${target} leads nowhere`)
  }
}

function checkScripts(file: string, text: string): void {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const [, name = ''] of text.matchAll(/npm run ([a-z][a-z:]*)/g)) {
    if (!(name in scripts))
      problems.push(`${file}: npm run ${name} is not a script of package.json`)
  }
}

function checkErrorPages(): void {
  const pages = new Set(
    listed(['docs/errors/*.md']).map((file) => file.replace(/^docs\/errors\/|\.md$/g, '')),
  )
  for (const file of listed(['packages/**/*.ts', 'services/**/*.ts', 'apps/**/*.ts'])) {
    if (/\.(test|int|prop|bench)\.ts$/.test(file)) continue
    for (const [, slug = ''] of readFileSync(file, 'utf8').matchAll(/\bdocs: '([a-z0-9-]+)'/g)) {
      if (!pages.has(slug)) problems.push(`${file}: docs/errors/${slug}.md is missing`)
    }
  }
}

const commands = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, code = '']) =>
    code
      .split('\n')
      .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
      .filter((line) => line !== ''),
  )

function checkReadmes(): void {
  const [english, chinese] = [commands('README.md'), commands('README.zh-CN.md')]
  if (english.join('\n') !== chinese.join('\n'))
    problems.push('README.zh-CN.md shows other commands than README.md')
}

function layerTable(): string {
  const rows = Object.entries(MAY_IMPORT).map(
    ([name, may]) => `| ${DIR[name]}/${name} | ${may.join(' ') || 'nothing'} |`,
  )
  return ['| package | may import |', '| --- | --- |', ...rows].join('\n')
}

function checkLayers(write: boolean): void {
  const file = 'docs/architecture.md'
  const text = readFileSync(file, 'utf8')
  const fresh = text.replace(
    /(<!-- layers -->\n)[\s\S]*?(\n<!-- \/layers -->)/,
    (_, open: string, close: string) => `${open}${layerTable()}${close}`,
  )
  if (fresh === text) return
  if (write) writeFileSync(file, fresh)
  else
    problems.push(
      `${file}: the layer table is not that of scripts/layers.ts; run node scripts/checkDocs.ts --write`,
    )
}

for (const file of listed(['*.md'])) {
  const text = readFileSync(file, 'utf8')
  checkLinks(file, text)
  checkScripts(file, text)
}
checkErrorPages()
checkReadmes()
checkLayers(process.argv.includes('--write'))
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
