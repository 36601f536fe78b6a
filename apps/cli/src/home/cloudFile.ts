import { readFileSync } from 'node:fs'
import { toJson } from '@millrace/base'
import { CloudFileError } from '../errors.ts'
import type { Home } from './home.ts'
import { writeFileSafely } from './writeFileSafely.ts'

export const SERVICE_PORTS = ['chain', 'storage', 'market', 'pool'] as const
export type PortName = (typeof SERVICE_PORTS)[number]

/** What other commands need to find the cloud of a state folder, and what its next start goes on with. */
export type CloudFile = {
  version: 1
  /** Process of the supervisor that wrote this last. */
  pid: number
  startedAt: number
  /** False from the beginning of a start until the addresses below are true again. */
  ready: boolean
  chainId: number
  ports: Record<PortName, number>
  rpcUrl: string
  storageUrl: string
  apiUrl: string
  poolUrl: string
  contracts: Record<string, string>
  /** Address of each account, by name; keys are in keys.json. */
  accounts: Record<string, string>
  /** Id of the local pool. */
  pool: string
}

/** The folder's cloud, running or not; undefined before its first start. @throws {CloudFileError} */
export function readCloudFile(home: Home): CloudFile | undefined {
  let text: string
  try {
    text = readFileSync(home.cloudFile, 'utf8')
  } catch {
    return undefined
  }
  try {
    const file = JSON.parse(text) as CloudFile
    if (file.version !== 1 || typeof file.apiUrl !== 'string')
      throw new SyntaxError('not version 1')
    return file
  } catch (cause) {
    throw new CloudFileError({ path: home.cloudFile, cause })
  }
}

export function writeCloudFile(home: Home, file: CloudFile): void {
  writeFileSafely(home.cloudFile, `${toJson(file, 2)}\n`)
}
