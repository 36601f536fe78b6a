import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Bench } from './figure.ts'

/** The whole of `npm test`, wall time. */
export const npmTest: Bench = {
  name: 'npm-test',
  unit: 's',
  bar: { most: 600 },
  slow: true,
  async measure() {
    const began = performance.now()
    const child = spawn('npm', ['test'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = (await once(child, 'close')) as [number]
    if (code !== 0) throw new Error(`npm test ended with ${code}`)
    return (performance.now() - began) / 1000
  },
}
