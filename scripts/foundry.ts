import { createRequire } from 'node:module'

const require = createRequire(new URL('../contracts/package.json', import.meta.url))

/**
 * Path of the native forge installed from npm.
 *
 * The launcher in node_modules/.bin is not used: in 1.7.1 it exits with 0 even when the program
 * fails (foundry-rs/foundry#14781), so no test could ever fail CI.
 */
export function forgeProgram(): string {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return require.resolve(`@foundry-rs/forge-${process.platform}-${cpu}/bin/forge${suffix}`)
}
