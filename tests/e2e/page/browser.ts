import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export const CHROMIUM = '/usr/bin/chromium'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A page that is being read, and what it did beyond showing itself. */
export type Reading = {
  page: Page
  /** What it complained about on the console, and exceptions that nobody caught. */
  complaints: string[]
  /** Origins of all that it asked for. */
  origins: Set<string>
  close(): Promise<void>
}

/** Debian's browser without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS })
}

/** Opens an address as a visitor who was never there, and notes what the page does. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Reading> {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  const page = await context.newPage()
  const reading = { page, complaints: [] as string[], origins: new Set<string>() }
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) reading.complaints.push(message.text())
  })
  page.on('pageerror', (error) => reading.complaints.push(String(error)))
  page.on('request', (request) => {
    if (request.url().startsWith('http')) reading.origins.add(new URL(request.url()).origin)
  })
  await page.goto(url)
  return { ...reading, close: () => context.close() }
}

/** What the Tab key reaches from the top of the page, by what it says, in order. */
export async function reachedByTab(page: Page, presses: number): Promise<string[]> {
  await page.locator('body').focus()
  const reached: string[] = []
  for (let i = 0; i < presses; i++) {
    await page.keyboard.press('Tab')
    reached.push(await page.evaluate<string>(FOCUSED))
  }
  return reached
}

/** Text of the element that has the focus, if it can be seen that it has. */
const FOCUSED = `getComputedStyle(document.activeElement).outlineStyle === 'none'
  ? 'nothing that shows'
  : document.activeElement.textContent.trim()`
