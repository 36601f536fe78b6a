import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const DIGEST_BYTES = 32
const KEPT_IN_MEMORY = 16

/** Instrumented modules on disk; each file carries its own digest, so a torn write is no hit. */
export class ModuleCache {
  readonly #directory: string
  readonly #recent = new Map<string, Buffer>()

  constructor(cacheDir: string) {
    this.#directory = join(cacheDir, 'modules')
  }

  async get(key: string): Promise<Buffer | undefined> {
    const known = this.#recent.get(key)
    if (known) return this.#remember(key, known)
    const file = await readFile(this.#path(key)).catch(() => undefined)
    if (!file || file.length <= DIGEST_BYTES) return undefined
    const module = file.subarray(DIGEST_BYTES)
    if (!digest(module).equals(file.subarray(0, DIGEST_BYTES))) return undefined
    return this.#remember(key, module)
  }

  async put(key: string, module: Buffer): Promise<void> {
    this.#remember(key, module)
    await mkdir(this.#directory, { recursive: true })
    const fresh = `${this.#path(key)}.${process.pid}.tmp`
    await writeFile(fresh, Buffer.concat([digest(module), module]))
    await rename(fresh, this.#path(key))
  }

  #remember(key: string, module: Buffer): Buffer {
    this.#recent.delete(key)
    this.#recent.set(key, module)
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= KEPT_IN_MEMORY) break
      this.#recent.delete(oldest)
    }
    return module
  }

  #path(key: string): string {
    return join(this.#directory, `${key}.wasm`)
  }
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
