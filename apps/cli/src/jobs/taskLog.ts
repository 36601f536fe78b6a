import type { SettledTask } from '@millrace/sdk'
import type { Job } from '../home/clientDb.ts'

/** What one task printed. */
export type TaskLog = {
  index: number
  label: string
  status: string
  stdout: string
  stderr: string
}

export function logOf(
  job: Job,
  {
    task,
    output,
  }: { task: SettledTask; output: { status: string; stdout: Uint8Array; stderr: Uint8Array } },
): TaskLog {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  return {
    index: task.bagIndex,
    label: job.record.labels[task.bagIndex] ?? String(task.bagIndex),
    status: output.status,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  }
}

/** Lines of a bag's task carry its name. */
export function logText({ record }: Job, { label, stdout, stderr }: TaskLog): string {
  const lines = `${stdout}${stderr}`.trimEnd()
  if (record.tasks === 1) return lines
  return lines
    .split('\n')
    .map((line) => `[${label}] ${line}`)
    .join('\n')
}
