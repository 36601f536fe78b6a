#!/usr/bin/env node
// Any Node can run this file: it finds out whether it is new enough for the rest,
// and hands over to the Node that npm installed next to it when it is not.
const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { pathToFileURL } = require('node:url')

const minimum = [22, 18]
const [major, minor] = process.versions.node.split('.').map(Number)

function bundledNode() {
  try {
    return join(dirname(require.resolve('node/package.json')), 'bin', 'node')
  } catch {
    return undefined
  }
}

// Stays in front of the other process: what is sent to this one reaches it, and its end is ours.
function handOver(node) {
  const child = spawn(node, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) {
  // Compiled code is kept between runs: a command starts in half the time.
  require('node:module').enableCompileCache?.()
  // In the repository the source runs as it is; the published package has only dist/.
  const source = join(__dirname, '../src/main.ts')
  const entry = existsSync(source) ? source : join(__dirname, '../dist/main.js')
  void import(pathToFileURL(entry).href)
} else {
  const node = bundledNode()
  if (node && node !== process.execPath && existsSync(node)) handOver(node)
  else {
    console.error(
      `millrace needs Node.js ${minimum.join('.')} or newer; this is ${process.version} (${process.execPath}).`,
    )
    console.error('Install a current version from https://nodejs.org and run the command again.')
    process.exitCode = 1
  }
}
