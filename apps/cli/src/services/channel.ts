import type { ErrorJson } from '@millrace/base'

// Messages between the supervisor and a service, over the IPC channel that Node gives a child. Keys
// travel here and never on a command line. The end of the channel is the end of the service.

export const ROLES = ['chain', 'database', 'storage', 'market', 'pool', 'worker'] as const
export type Role = (typeof ROLES)[number]

export type ToService = { type: 'start'; config: unknown } | { type: 'stop' }

export type FromService =
  /** The service's program is loaded and waits for its configuration. */
  | { type: 'loaded' }
  | { type: 'ready'; info: Record<string, unknown> }
  | { type: 'failed'; error: ErrorJson }

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}
