import { readFile } from 'node:fs/promises'

const PAGE_BYTES = 4096

/** Resident bytes of a process and its direct children; 0 where /proc does not tell. */
export async function residentMemory(pid: number): Promise<number> {
  const children = await read(`/proc/${pid}/task/${pid}/children`)
  const pids = [String(pid), ...children.split(' ').filter((id) => id !== '')]
  const sizes = await Promise.all(pids.map((id) => read(`/proc/${id}/statm`)))
  return sizes.reduce((sum, statm) => sum + Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES, 0)
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
