import { existsSync } from 'node:fs'

/** How children are started, from the strongest that a machine offers to what every machine has. */
export type Sandbox = {
  name: string
  /** Names for the worker's advertisement. */
  layers: readonly string[]
  /** The command in front of Node and its own arguments. */
  prefix: readonly string[]
  /** Path of Node and of the code as the child sees them. */
  node: string
  code: string
}

/** Part of every sandbox: inside the child, whatever the operating system. */
const BASE_LAYERS = ['wasm', 'meter', 'virtual-files', 'node-permission', 'process-group'] as const

/**
 * Sandboxes to try in order; the first whose child says that it is ready is used for all.
 *
 * @param directory - Folder of the children's code.
 */
export function sandboxes({ node, directory }: { node: string; directory: string }): Sandbox[] {
  const plain = { name: 'plain', layers: BASE_LAYERS, prefix: [], node, code: directory }
  if (process.platform !== 'linux') return [plain]
  const limits = limitsPrefix()
  const limited = {
    ...plain,
    name: 'limited',
    layers: limits.length > 0 ? [...BASE_LAYERS, 'rlimits'] : BASE_LAYERS,
    prefix: [...dieWithParentPrefix(), ...limits],
  }
  const bwrap = find('bwrap')
  if (!bwrap) return [limited, plain]
  return [
    {
      ...limited,
      name: 'bubblewrap',
      layers: [...limited.layers, 'bubblewrap'],
      prefix: [...limits, bwrap, ...bubblewrapArguments({ node, directory })],
      node: '/node',
      code: '/code',
    },
    limited,
    plain,
  ]
}

/** Arguments of Node for a child. */
export function nodeArguments(sandbox: Sandbox, entry: string, flags: readonly string[]): string[] {
  return [
    '--permission',
    `--allow-fs-read=${sandbox.code}/`,
    '--disallow-code-generation-from-strings',
    '--no-addons',
    '--expose-gc',
    `--stack-size=${STACK_KIB}`,
    `--max-old-space-size=${HEAP_MIB}`,
    ...flags,
    `${sandbox.code}/${entry}`,
  ]
}

/** The machine stack; DEPTH_SLOTS of 8 bytes take at most about half. Linux and macOS give 8 MiB. */
const STACK_KIB = 4_000
/** For the file system's nodes; file contents and wasm memories are outside this heap. */
const HEAP_MIB = 1024
const OPEN_FILES = 64

function limitsPrefix(): string[] {
  const prlimit = find('prlimit')
  return prlimit ? [prlimit, '--core=0', '--fsize=0', `--nofile=${OPEN_FILES}`, '--'] : []
}

function dieWithParentPrefix(): string[] {
  const setpriv = find('setpriv')
  return setpriv ? [setpriv, '--pdeathsig=KILL', '--no-new-privs', '--'] : []
}

/** Own namespaces for users, processes, network and the rest; sees Node, its libraries, its code. */
function bubblewrapArguments({ node, directory }: { node: string; directory: string }): string[] {
  const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64'].flatMap((path) => [
    '--ro-bind-try',
    path,
    path,
  ])
  return [
    ...['--unshare-all', '--unshare-user', '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL'],
    ...['--die-with-parent', '--as-pid-1', '--hostname', 'sandbox', '--chdir', '/'],
    ...libraries,
    ...['--ro-bind', node, '/node', '--ro-bind', directory, '/code', '--dev', '/dev', '--'],
  ]
}

function find(command: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/local/bin']
    .map((directory) => `${directory}/${command}`)
    .find((path) => existsSync(path))
}
