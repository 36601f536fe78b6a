import type { AbsTime } from './value.ts'

const DAY = 86_400

/** ISO text of a point in time in its own zone, such as `2004-01-01T00:00:00-00:00`. */
export function absTimeText({ seconds, offset }: AbsTime): string {
  const local = new Date((seconds + offset) * 1000)
  const text = Number.isNaN(local.getTime()) ? '' : local.toISOString().slice(0, -5)
  const size = Math.abs(offset)
  const zone = `${pad(Math.trunc(size / 3600))}:${pad(Math.trunc(size / 60) % 60)}`
  return `${text}${offset > 0 ? '+' : '-'}${zone}`
}

/** A length of time as `days+hh:mm:ss`, without the parts at its front that are zero. */
export function relTimeText(seconds: number): string {
  const { days, hours, minutes, rest } = splitSeconds(Math.abs(seconds))
  const parts = [pad(rest)]
  if (days > 0 || hours > 0 || minutes > 0) parts.unshift(pad(minutes))
  if (days > 0 || hours > 0) parts.unshift(pad(hours))
  return `${seconds < 0 ? '-' : ''}${days > 0 ? `${days}+` : ''}${parts.join(':')}`
}

/** Days, hours and minutes in a positive number of seconds, and what is left of it. */
export function splitSeconds(seconds: number): {
  days: number
  hours: number
  minutes: number
  rest: number
} {
  const whole = Math.trunc(seconds)
  return {
    days: Math.trunc(whole / DAY),
    hours: Math.trunc((whole % DAY) / 3600),
    minutes: Math.trunc((whole % 3600) / 60),
    rest: (whole % 60) + (seconds - whole),
  }
}

function pad(value: number): string {
  return Number.isInteger(value) ? String(value).padStart(2, '0') : sixDigits(value)
}

/** As `%02g` of C: six digits that count, without trailing zeros. */
function sixDigits(value: number): string {
  return String(Number(value.toPrecision(6))).padStart(2, '0')
}

const ZONE = /^(.*?)(?:[zZ]|([+-])(\d\d):?(\d\d))\s*$/s
const FIELDS =
  /^\D*(\d{4})(?:\D*(\d\d))?(?:\D*(\d\d))?(?:\D*(\d\d))?(?:\D*(\d\d))?(?:\D*(\d\d))?\D*$/

/** Reads `2003-01-25T09:00:00-06:00` and its shorter forms; without a zone it is UTC. */
export function readAbsTime(text: string): AbsTime | undefined {
  if (text.length > 100) return undefined
  const zone = ZONE.exec(text)
  const sign = zone?.[2] === '-' ? -1 : 1
  const offset = sign * (Number(zone?.[3] ?? 0) * 3600 + Number(zone?.[4] ?? 0) * 60)
  const fields = FIELDS.exec(zone?.[1] ?? text)
  if (fields === null) return undefined
  const [year, month = 1, day = 0, hour = 0, minute = 0, second = 0] = fields
    .slice(1)
    .map((field) => (field === undefined ? undefined : Number(field)))
  const utc = Date.UTC(year ?? 0, month - 1, day, hour, minute, second)
  return { type: 'abstime', seconds: utc / 1000 - offset, offset: offset === 0 ? 0 : offset }
}

const LENGTH =
  /^\s*(-?)\s*(?:(\d+)\s*[dD+]\s*)?(?:(\d+)\s*[hH:]\s*)??(?:(\d+)\s*[mM:]\s*)?(\d+(?:\.\d+)?|\.\d+)?\s*[sS]?\s*$/

/** Seconds of `1+00:02:00`, `2h30m` or `-12.5`; undefined for other texts. */
export function readRelTime(text: string): number | undefined {
  if (text.length > 100) return undefined
  const found = LENGTH.exec(text)
  if (found === null) return undefined
  const [days, hours, minutes, seconds] = found.slice(2).map((part) => Number(part ?? 0))
  const total = (days ?? 0) * DAY + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
  return found[1] === '-' ? -total : total
}
