// Programs that `millrace app new` writes: each greets somebody; all but one also leave a file.

export const TEMPLATES = ['javascript', 'typescript', 'c', 'assemblyscript'] as const
export type TemplateName = (typeof TEMPLATES)[number]

export function isTemplate(text: string): text is TemplateName {
  return (TEMPLATES as readonly string[]).includes(text)
}

export type Template = {
  /** Text of each file by its name. */
  files: Record<string, string>
  /** Commands to type next. */
  next: string[]
}

export function templateFiles(template: TemplateName, name: string): Template {
  const publish = [`npx millrace app publish ${name}`, `npx millrace run ${name} -- you`]
  const source = SOURCES[template]
  const build = source.build?.(name)
  return {
    files: {
      [source.file(name)]: source.text,
      'millrace.json': `${JSON.stringify(manifestOf(name, source), null, 2)}\n`,
    },
    next: [...(build === undefined ? [] : [`cd ${name} && ${build} && cd ..`]), ...publish],
  }
}

type Source = {
  runtime: 'wasm' | 'javascript'
  file: (name: string) => string
  entry: (name: string) => string
  text: string
  build?: (name: string) => string
}

function manifestOf(name: string, { runtime, entry }: Source): object {
  return {
    name,
    version: '1.0.0',
    description: 'Says hello and leaves a file.',
    runtime,
    entry: entry(name),
    parameters: [{ name: 'WHO', description: 'Whom to greet', default: 'world' }],
    limits: { fuel: '10000000000', memoryMiB: 64, diskMiB: 16, wallSec: 60 },
    outputs: ['greeting.txt'],
    determinism: 'bitwise',
    price: '0.001',
    example: { count: 1, args: ['world'] },
  }
}

const SCRIPT = `const who = args[0] ?? 'world'
print(\`Hello \${who}!\`)
writeFile('/out/greeting.txt', \`Hello \${who}!\\n\`)
`

const TYPED_SCRIPT = `declare const args: string[]
declare function print(text: string): void
declare function writeFile(path: string, text: string): void

const who: string = args[0] ?? 'world'
print(\`Hello \${who}!\`)
writeFile('/out/greeting.txt', \`Hello \${who}!\\n\`)
`

const C = `#include <stdio.h>

int main(int argc, char **argv) {
    const char *who = argc > 1 ? argv[1] : "world";
    printf("Hello %s!\\n", who);
    FILE *out = fopen("/out/greeting.txt", "w");
    if (!out) return 1;
    fprintf(out, "Hello %s!\\n", who);
    return fclose(out) ? 1 : 0;
}
`

const ASSEMBLYSCRIPT = `const who = process.argv.length > 1 ? process.argv[1] : 'world'
console.log('Hello ' + who + '!')
`

const CLANG =
  'clang-14 --target=wasm32-wasi --sysroot=/usr -O2 -Wl,--strip-all,--stack-first,-z,stack-size=1048576'
const ASC = 'npx asc --config node_modules/@assemblyscript/wasi-shim/asconfig.json -O3'

const SOURCES: Record<TemplateName, Source> = {
  javascript: {
    runtime: 'javascript',
    file: (name) => `${name}.js`,
    entry: (name) => `${name}.js`,
    text: SCRIPT,
  },
  typescript: {
    runtime: 'javascript',
    file: (name) => `${name}.ts`,
    entry: (name) => `${name}.ts`,
    text: TYPED_SCRIPT,
  },
  c: {
    runtime: 'wasm',
    file: (name) => `${name}.c`,
    entry: (name) => `${name}.wasm`,
    text: C,
    build: (name) => `${CLANG} -o ${name}.wasm ${name}.c`,
  },
  assemblyscript: {
    runtime: 'wasm',
    file: (name) => `${name}.ts`,
    entry: (name) => `${name}.wasm`,
    text: ASSEMBLYSCRIPT,
    build: (name) =>
      `npm init -y && npm install assemblyscript @assemblyscript/wasi-shim && ${ASC} -o ${name}.wasm ${name}.ts`,
  },
}
