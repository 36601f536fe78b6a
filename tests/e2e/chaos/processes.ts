import { execFileSync } from 'node:child_process'

export type Process = { pid: number; parent: number; command: string }

/** All processes below one, itself not included. */
export function descendantsOf(root: number): Process[] {
  const all = listProcesses()
  const found: Process[] = []
  let parents = new Set([root])
  while (parents.size > 0) {
    const children = all.filter(({ parent }) => parents.has(parent))
    found.push(...children)
    parents = new Set(children.map(({ pid }) => pid))
  }
  return found
}

/** True while the process runs; a zombie that nobody has waited for does not. */
export function isAlive(pid: number): boolean {
  return listProcesses().some((process) => process.pid === pid)
}

function listProcesses(): Process[] {
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,stat=,args='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined || state.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }]
  })
}
