import type { Expression } from '../ast.ts'
import { makeAd } from '../ast.ts'
import { toInteger, truncate } from '../convert.ts'
import { scopeOfAd } from '../lookUp.ts'
import type { AdFunction, FunctionGroup } from '../run.ts'
import { splitSeconds } from '../time.ts'
import { ERROR, integerOf, realOf, stringOf, UNDEFINED, type Value } from '../value.ts'
import { nowOf } from './conversions.ts'
import { dateOf, formatDate } from './formatDate.ts'
import { ofOne, withArguments } from './strict.ts'

function now(make: (seconds: number) => Value): AdFunction {
  return (args, run) => {
    if (args.length > 0 || run.nowSec === undefined) return ERROR
    return make(run.nowSec)
  }
}

type Field = {
  ofTime?: (date: Date) => number
  ofLength?: (seconds: number) => number
}

/** A part of a time, read in UTC, or of a length of time. */
function field({ ofTime, ofLength }: Field): AdFunction {
  return ofOne((value) => {
    if (value.type === 'abstime' && ofTime !== undefined) {
      return integerOf(truncate(ofTime(dateOf(value.seconds))))
    }
    if (value.type !== 'reltime' || ofLength === undefined) return ERROR
    return integerOf(truncate(ofLength(Math.trunc(value.seconds))))
  })
}

/** An ad with the parts of a time in its own zone, or of a length of time. */
const splitTime: AdFunction = ofOne((value) => {
  if (value.type === 'undefined') return UNDEFINED
  if (value.type === 'reltime') return splitLength(value.seconds)
  if (value.type === 'abstime') return splitPoint(value.seconds, value.offset)
  if (value.type !== 'integer' && value.type !== 'real') return ERROR
  return splitPoint(Math.trunc(Number(value.value)), 0)
})

function splitPoint(seconds: number, offset: number): Value {
  const date = dateOf(seconds + offset)
  return adOf({
    Type: stringOf('AbsoluteTime'),
    Year: whole(date.getUTCFullYear()),
    Month: whole(date.getUTCMonth() + 1),
    Day: whole(date.getUTCDate()),
    Hours: whole(date.getUTCHours()),
    Minutes: whole(date.getUTCMinutes()),
    Seconds: whole(date.getUTCSeconds()),
    Offset: whole(offset),
  })
}

/** The first part that is not zero carries the sign. */
function splitLength(seconds: number): Value {
  const { days, hours, minutes, rest } = splitSeconds(Math.abs(seconds))
  const parts = [days, hours, minutes, rest]
  const signed =
    seconds < 0
      ? Math.max(
          0,
          parts.findIndex((part) => part > 0),
        )
      : -1
  const [d = 0, h = 0, m = 0, s = 0] = parts.map((part, i) => (i === signed ? -part : part))
  return adOf({
    Type: stringOf('RelativeTime'),
    Days: whole(d),
    Hours: whole(h),
    Minutes: whole(m),
    Seconds: realOf(s),
  })
}

function whole(value: number): Value {
  return integerOf(truncate(value))
}

function adOf(values: Record<string, Value>): Value {
  const attributes = Object.entries(values).map(([name, value]): [string, Expression] => [
    name,
    { kind: 'literal', value, at: 0 },
  ])
  return { type: 'ad', scope: scopeOfAd(makeAd(attributes), undefined) }
}

/** `formatTime([time[, format]])` with the directives of strftime; without a time it is now. */
const formatTime: AdFunction = withArguments([0, 1, 2], ([time, format], run) => {
  const at = time ?? nowOf(run)
  if (format !== undefined && format.type !== 'string') return ERROR
  const pattern = format?.value ?? '%c'
  if (at.type === 'abstime') return stringOf(formatDate(dateOf(at.seconds + at.offset), pattern))
  if (at.type !== 'integer' && at.type !== 'real') return ERROR
  return stringOf(formatDate(dateOf(Math.trunc(Number(at.value))), pattern))
})

/** Seconds as `days+hh:mm:ss`, without the parts at its front that are zero. */
const interval: AdFunction = ofOne((value) => {
  const total = toInteger(value)
  if (total.type !== 'integer') return ERROR
  const seconds = Number(BigInt.asIntN(32, total.value))
  const { days, hours, minutes, rest } = splitSeconds(Math.abs(seconds))
  const pad = (part: number) => String(part).padStart(2, '0')
  const sign = seconds < 0 ? '-' : ''
  if (days > 0) return stringOf(`${sign}${days}+${pad(hours)}:${pad(minutes)}:${pad(rest)}`)
  if (hours > 0) return stringOf(`${sign}${hours}:${pad(minutes)}:${pad(rest)}`)
  return stringOf(minutes > 0 ? `${sign}${minutes}:${pad(rest)}` : `${sign}${rest}`)
})

export const TIMES: FunctionGroup = {
  time: now((seconds) => whole(seconds)),
  currenttime: (args, run) => (args.length > 0 ? ERROR : nowOf(run)),
  timezoneoffset: (args) => (args.length > 0 ? ERROR : { type: 'reltime', seconds: 0 }),
  daytime: now((seconds) => ({ type: 'reltime', seconds: seconds % 86_400 })),
  getyear: field({ ofTime: (date) => date.getUTCFullYear() }),
  getmonth: field({ ofTime: (date) => date.getUTCMonth() + 1 }),
  getdayofyear: field({ ofTime: (date) => Number(formatDate(date, '%j')) - 1 }),
  getdayofmonth: field({ ofTime: (date) => date.getUTCDate() }),
  getdayofweek: field({ ofTime: (date) => date.getUTCDay() }),
  getdays: field({ ofLength: (seconds) => seconds / 86_400 }),
  gethours: field({
    ofTime: (date) => date.getUTCHours(),
    ofLength: (seconds) => (seconds % 86_400) / 3600,
  }),
  getminutes: field({
    ofTime: (date) => date.getUTCMinutes(),
    ofLength: (seconds) => (seconds % 3600) / 60,
  }),
  getseconds: field({
    ofTime: (date) => date.getUTCSeconds(),
    ofLength: (seconds) => seconds % 60,
  }),
  splittime: splitTime,
  formattime: formatTime,
  interval,
}
