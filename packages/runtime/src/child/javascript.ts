import { ProcessExit, WasiError } from '../wasi/errno.ts'
import { BYTE_FUEL, CALL_FUEL, PATH_FUEL, RANDOM_FUEL } from '../wasi/host.ts'
import { decodePath, type Place, resolvePath } from '../wasi/paths.ts'
import type { DirectoryNode } from '../wasi/tree.ts'
import type { Entry, Machine } from './execute.ts'
import { PRELUDE } from './prelude.ts'
import { type Bridge, createBridge, GuestError, QuickJs, type Value } from './quickJs.ts'

const UNCAUGHT = 1
const RANDOM_BATCH = 512

/**
 * A script in the JavaScript engine, evaluated as a module: strict, with `await` at the top level,
 * without `import`. Ends with exit code 1 and a message on stderr when an error is not caught.
 *
 * @param source - UTF-8.
 */
export function scriptEntry(source: Uint8Array): Entry {
  const bridges = new WeakMap<Machine, Bridge>()
  return {
    imports: (machine) => {
      const bridge = createBridge(machine)
      bridges.set(machine, bridge)
      return bridge.imports
    },
    enter: (machine) => {
      const engine = QuickJs.start(machine, bridges.get(machine) as Bridge)
      const report = install(engine, machine)
      const main = engine.evaluate(source, {
        name: machine.wasi.host.args[0] ?? 'main',
        asModule: true,
      })
      const failed = 'thrown' in main ? main : engine.settle(main.value)
      if (!failed) return
      engine.call(report, failed.thrown)
      throw new ProcessExit(UNCAUGHT)
    },
  }
}

/** Makes the global functions; gives the one that reports an error. */
function install(engine: QuickJs, machine: Machine): Value {
  const prelude = engine.evaluate(new TextEncoder().encode(PRELUDE), {
    name: 'prelude',
    asModule: false,
  })
  if ('thrown' in prelude) throw new RangeError('the prelude does not evaluate')
  const installed = engine.call(prelude.value, hostObject(engine, machine))
  if ('thrown' in installed) throw new RangeError('the prelude does not run')
  return installed.value
}

function hostObject(engine: QuickJs, machine: Machine): Value {
  const { host } = machine.wasi
  const text = (value: Value): string => new TextDecoder().decode(engine.textOf(value))
  const charged = (bytes: Uint8Array): Uint8Array => {
    host.charge(CALL_FUEL + bytes.length * BYTE_FUEL)
    return bytes
  }
  const write = (stream: 'stdout' | 'stderr') => (value: Value) => {
    host.streams.write(stream, charged(engine.textOf(value)))
    return engine.undefined()
  }
  const functions: Record<string, (...args: Value[]) => Value> = {
    stdout: write('stdout'),
    stderr: write('stderr'),
    exit: (code) => {
      throw new ProcessExit(Number(text(code as Value)))
    },
    readFile: (path) => engine.bytes(charged(readFile(machine, text(path as Value)))),
    readText: (path) => engine.string(charged(readFile(machine, text(path as Value)))),
    writeFile: (path, data) => {
      const name = text(path as Value)
      writeFile(machine, name, charged(engine.contentOf(data as Value)))
      return engine.undefined()
    },
    listFiles: (path) => engine.string(charged(listFiles(machine, text(path as Value)))),
    random: () => engine.bytes(charged(randomNumbers(machine))),
  }
  const values: Record<string, Value> = {
    args: engine.array(host.args.slice(1).map((arg) => engine.string(arg))),
  }
  for (const [name, act] of Object.entries(functions)) values[name] = engine.hostFunction(name, act)
  return engine.object(values)
}

function readFile(machine: Machine, path: string): Uint8Array {
  return withPath('readFile', path, () => {
    const { node } = resolve(machine, path)
    if (!node) throw new WasiError('noent')
    if (node.kind === 'directory') throw new WasiError('isdir')
    return node.bytes.subarray(0, node.size)
  })
}

/** Directories on the way are made, as a script has no call for that. */
function writeFile(machine: Machine, path: string, bytes: Uint8Array): void {
  withPath('writeFile', path, () => {
    const { tree } = machine.wasi.host
    const names = path.split('/').filter((name) => name !== '')
    for (let i = 1; i < names.length; i++) {
      const { directory, name, node } = resolve(machine, names.slice(0, i).join('/'))
      if (!node && name !== undefined) tree.createDirectory(directory, name)
    }
    const { directory, name, node, asDirectory } = resolve(machine, path)
    if (node?.kind === 'directory' || name === undefined || asDirectory)
      throw new WasiError('isdir')
    if (node?.readOnly) throw new WasiError('rofs')
    const file = node ?? tree.createFile(directory, name)
    tree.resize(file, 0)
    tree.write(file, 0, bytes)
  })
}

/** Names of the files below a directory, relative to it and sorted, each with a zero behind it. */
function listFiles(machine: Machine, path: string): Uint8Array {
  return withPath('listFiles', path, () => {
    const { node } = resolve(machine, path)
    if (!node) throw new WasiError('noent')
    if (node.kind === 'file') throw new WasiError('notdir')
    const found: string[] = []
    const walk = (directory: DirectoryNode, prefix: string): void => {
      for (const [name, child] of directory.entries) {
        if (child.kind === 'file') found.push(prefix + name)
        else walk(child, `${prefix}${name}/`)
      }
    }
    walk(node, '')
    return new TextEncoder().encode(
      found
        .sort()
        .map((name) => `${name}\0`)
        .join(''),
    )
  })
}

/** Paths start at the root, with or without a slash. */
function resolve(machine: Machine, path: string): Place {
  machine.wasi.host.charge(PATH_FUEL)
  const inner = path.replace(/^\/+/, '')
  const bytes = new TextEncoder().encode(inner === '' ? '.' : inner)
  return resolvePath(machine.wasi.host.tree.root, decodePath(bytes))
}

const REASONS: Readonly<Record<string, string>> = {
  noent: 'no such file',
  isdir: 'is a directory',
  notdir: 'is not a directory',
  rofs: 'is read-only; write below /out or /tmp',
  perm: 'leads out of the file system',
  nametoolong: 'is too long for a result: 100 bytes, or 155 and 100 around a slash',
}

function withPath<T>(call: string, path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof WasiError)) throw error
    throw new GuestError(`${call}: ${path}: ${REASONS[error.message] ?? error.message}`)
  }
}

/** Numbers in [0, 1) with 53 random bits, as Float64Array bytes. */
function randomNumbers(machine: Machine): Uint8Array {
  const bits = new BigUint64Array(RANDOM_BATCH)
  machine.wasi.host.charge(bits.byteLength * RANDOM_FUEL)
  machine.wasi.host.randomBytes(new Uint8Array(bits.buffer))
  const numbers = new DataView(new ArrayBuffer(bits.byteLength))
  bits.forEach((value, i) => {
    numbers.setFloat64(8 * i, Number(value >> 11n) / 2 ** 53, true)
  })
  return new Uint8Array(numbers.buffer)
}
