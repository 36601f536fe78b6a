const DAY_MS = 86_400_000
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** A date of seconds since 1970; far outside the calendar it is 1970 itself. */
export function dateOf(seconds: number): Date {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? new Date(0) : date
}

/** strftime of the C library in its C locale, in UTC; an unknown directive stands as it is. */
export function formatDate(date: Date, format: string): string {
  return format.replace(/%([A-Za-z%])/g, (written, directive: string) =>
    Object.hasOwn(DIRECTIVES, directive) ? (DIRECTIVES[directive]?.(date) ?? written) : written,
  )
}

const DIRECTIVES: Record<string, (date: Date) => string> = {
  a: (date) => dayName(date).slice(0, 3),
  A: dayName,
  b: (date) => monthName(date).slice(0, 3),
  B: monthName,
  c: (date) => formatDate(date, '%a %b %e %H:%M:%S %Y'),
  d: (date) => pad(date.getUTCDate()),
  D: (date) => formatDate(date, '%m/%d/%y'),
  e: (date) => String(date.getUTCDate()).padStart(2, ' '),
  F: (date) => formatDate(date, '%Y-%m-%d'),
  h: (date) => monthName(date).slice(0, 3),
  H: (date) => pad(date.getUTCHours()),
  I: (date) => pad(date.getUTCHours() % 12 || 12),
  j: (date) => pad(dayOfYear(date) + 1, 3),
  m: (date) => pad(date.getUTCMonth() + 1),
  M: (date) => pad(date.getUTCMinutes()),
  n: () => '\n',
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  r: (date) => formatDate(date, '%I:%M:%S %p'),
  R: (date) => formatDate(date, '%H:%M'),
  s: (date) => String(Math.trunc(date.getTime() / 1000)),
  S: (date) => pad(date.getUTCSeconds()),
  t: () => '\t',
  T: (date) => formatDate(date, '%H:%M:%S'),
  u: (date) => String(date.getUTCDay() || 7),
  U: (date) => pad(Math.floor((dayOfYear(date) + 7 - date.getUTCDay()) / 7)),
  w: (date) => String(date.getUTCDay()),
  W: (date) => pad(Math.floor((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7)),
  x: (date) => formatDate(date, '%m/%d/%y'),
  X: (date) => formatDate(date, '%H:%M:%S'),
  y: (date) => pad(date.getUTCFullYear() % 100),
  Y: (date) => String(date.getUTCFullYear()),
  z: () => '+0000',
  Z: () => 'GMT',
  '%': () => '%',
}

function dayName(date: Date): string {
  return DAYS[date.getUTCDay()] ?? ''
}

function monthName(date: Date): string {
  return MONTHS[date.getUTCMonth()] ?? ''
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS)
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0')
}
