import { UnknownJobError } from '../errors.ts'
import type { ClientDb, Job } from '../home/clientDb.ts'
import { parseNumberList } from './numberList.ts'

/**
 * Jobs that selectors name: `last`, `all`, numbers and ranges such as `1,3,5-8`, or the first digits
 * of an id with its 0x. Ranges pass over numbers that no job has. Oldest first.
 *
 * @throws {UnknownJobError} when one names no job.
 */
export function selectJobs(database: ClientDb, selectors: readonly string[]): Job[] {
  const chosen = new Map<number, Job>()
  for (const selector of selectors) {
    const jobs = select(database, selector)
    if (jobs.length === 0) throw new UnknownJobError({ selector })
    for (const job of jobs) chosen.set(job.number, job)
  }
  return [...chosen.values()].sort((a, b) => a.number - b.number)
}

/** The one job that a selector names. @throws {UnknownJobError} */
export function selectJob(database: ClientDb, selector: string): Job {
  const [job, another] = selectJobs(database, [selector])
  if (job === undefined || another !== undefined) throw new UnknownJobError({ selector })
  return job
}

function select(database: ClientDb, selector: string): Job[] {
  if (selector === 'all') return database.allJobs()
  if (selector === 'last') return present(database.lastJob())
  if (/^0x[0-9a-fA-F]{4,64}$/.test(selector)) return database.jobsByPrefix(selector.toLowerCase())
  if (!/^\d/.test(selector)) return []
  return parseNumberList(selector, 'job').flatMap((number) => present(database.jobByNumber(number)))
}

const present = (job: Job | undefined): Job[] => (job === undefined ? [] : [job])
