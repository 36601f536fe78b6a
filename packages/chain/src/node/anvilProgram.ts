import { createRequire } from 'node:module'
import { ChainProgramMissingError } from './chainNodeErrors.ts'

/**
 * Path of the native anvil installed from npm.
 *
 * The launcher in node_modules/.bin is not used: it starts Node once more and swallows signals and
 * exit codes.
 *
 * @throws {ChainProgramMissingError} `CHAIN_PROGRAM_MISSING`
 */
export function anvilProgram(): string {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const packageName = `@foundry-rs/anvil-${process.platform}-${cpu}`
  try {
    // Resolved from the package that depends on it, wherever npm put either.
    const launcher = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
    return createRequire(launcher).resolve(`${packageName}/bin/anvil${suffix}`)
  } catch (cause) {
    throw new ChainProgramMissingError({ packageName, cause })
  }
}
