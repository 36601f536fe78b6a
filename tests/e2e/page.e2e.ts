import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CloudUnderTest, startCloudUnderTest } from './chaos/cloudUnderTest.ts'
import { CHROMIUM, openPage, type Reading, reachedByTab, startBrowser } from './page/browser.ts'

// The status page as a visitor sees it, in a real browser on a real cloud. Found by role and name, as
// a screen reader would.

const SCENE = fileURLToPath(new URL('../../catalogue/render/example/scene.txt', import.meta.url))
const TILES = 16
const [WIDTH, HEIGHT] = [320, 180]

describe.skipIf(!existsSync(CHROMIUM))(`the status page in a browser (${CHROMIUM})`, () => {
  let cloud: CloudUnderTest
  let browser: Browser
  const readings: Reading[] = []
  beforeAll(async () => {
    ;[cloud, browser] = await Promise.all([startCloudUnderTest(), startBrowser()])
  })
  afterEach(async () => {
    await Promise.all(readings.splice(0).map((reading) => reading.close()))
  })
  afterAll(async () => {
    await browser?.close()
    await cloud?.stop()
  })

  const open = async (options?: Parameters<typeof openPage>[2]): Promise<Reading> => {
    const reading = await openPage(browser, cloud.facts().apiUrl, options)
    readings.push(reading)
    return reading
  }

  it('shows workers and pools before any job, and how to start one', async () => {
    const { page, complaints } = await open()
    await region(page, 'Jobs').getByText('No jobs yet.').waitFor()
    await region(page, 'Jobs').getByText('npx millrace run render').waitFor()
    await region(page, 'Recent batches').getByText('Nothing has settled yet.').waitFor()
    await rowsOf(page, 'Workers').nth(1).waitFor()
    expect(await rowsOf(page, 'Workers').getByText('Ready').count()).toBe(2)
    await rowsOf(page, 'Pools').getByText('local').waitFor()
    expect(complaints).toEqual([])
  })

  it('follows a job to its picture without being asked', async () => {
    const { page, complaints, origins } = await open()
    const job = page.getByRole('button', { name: /^render/ })
    await page.getByRole('status').getByText('Live').waitFor()
    await renderPicture(cloud)
    await page.getByRole('button', { name: /^render .*Running.* of 16 tasks/ }).waitFor()
    await page.getByRole('button', { name: /^render .*Done 16 of 16 tasks Paid 0\.048/ }).waitFor()
    expect(await job.count()).toBe(1)
    expect(await job.getAttribute('aria-expanded')).toBe('true')

    const picture = page.getByRole('img', { name: /^Picture 0x/ })
    await expect.poll(() => sizeOf(picture), { timeout: 60_000 }).toEqual([WIDTH, HEIGHT])
    await region(page, 'Jobs').getByText('Checked: the bytes match their content ids.').waitFor()
    expect(await coloursOf(picture)).toBeGreaterThan(500)
    await rowsOf(page, 'Recent batches').getByText('Settled', { exact: true }).first().waitFor()
    await rowsOf(page, 'Balances').getByText('Requester').waitFor()

    expect(complaints).toEqual([])
    const { apiUrl, storageUrl } = cloud.facts()
    expect(origins).toEqual(new Set([apiUrl, storageUrl].map((url) => new URL(url).origin)))
  })

  it('speaks Chinese when asked, and remembers', async () => {
    const { page } = await open()
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('button', { name: /^render .*已完成/ }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: '作业' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor()
  })

  it('is read and worked by keyboard alone', async () => {
    const { page } = await open()
    await page.getByRole('button', { name: 'Save picture' }).waitFor()
    const reached = await reachedByTab(page, 8)
    expect(reached).toEqual([
      'Skip to jobs',
      '中文',
      expect.stringMatching(/^render/),
      'Save picture',
      expect.stringMatching(/^What the tasks wrote/),
      'OpenAPI',
      'Health',
      'Metrics',
    ])
    const job = page.getByRole('button', { name: /^render/ })
    await job.focus()
    await page.keyboard.press('Enter')
    expect(await job.getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('Space')
    expect(await job.getAttribute('aria-expanded')).toBe('true')
  })

  it('fits a phone, and a dark room', async () => {
    const phone = await open({ viewport: { width: 360, height: 740 } })
    await phone.page.getByRole('button', { name: 'Save picture' }).waitFor()
    await rowsOf(phone.page, 'Balances').first().waitFor()
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    const light = await groundOf(phone.page)
    const { page } = await open({ colorScheme: 'dark' })
    expect(await groundOf(page)).not.toBe(light)
  })

  it('says what it could not load, and tries again when asked', async () => {
    const { page } = await open()
    await page.route('**/batches?*', (route) => route.abort())
    await page.reload()
    const batches = region(page, 'Recent batches')
    await batches.getByRole('alert').getByText('The market does not answer.').waitFor()
    await rowsOf(page, 'Workers').first().waitFor()
    await page.unroute('**/batches?*')
    await batches.getByRole('button', { name: 'Try again' }).click()
    await rowsOf(page, 'Recent batches').first().waitFor()
  })

  it('stays readable while the cloud is gone, and goes on when it is back', async () => {
    const { page } = await open()
    await rowsOf(page, 'Workers').first().waitFor()
    await cloud.killAll()
    await page.getByRole('status').getByText('Reconnecting…').waitFor()
    expect(await rowsOf(page, 'Workers').count()).toBe(2)
    await cloud.startAgain()
    await page.getByRole('status').getByText('Live').waitFor({ timeout: 60_000 })
  })
})

const region = (page: Page, name: string): Locator =>
  page.getByRole('region', { name, exact: true })

/** Rows of a section's table, its head left out. */
const rowsOf = (page: Page, name: string): Locator =>
  region(page, name)
    .getByRole('row')
    .filter({ has: page.getByRole('cell') })

/** Buys a small picture, fine enough to be looked at while it is made; does not wait for it. */
async function renderPicture(cloud: CloudUnderTest): Promise<void> {
  const program = [
    '--tile',
    '{i}',
    '--grid',
    '4x4',
    '--size',
    `${WIDTH}x${HEIGHT}`,
    '--samples',
    '64',
  ]
  const flags = ['--array', `0-${TILES - 1}`, '--input', SCENE, '--detach']
  const { code, stdout, stderr } = await cloud.millrace([
    'run',
    'render',
    ...flags,
    '--',
    ...program,
  ])
  expect(code, stderr + stdout).toBe(0)
}

/** As much of a canvas as is looked at; types of the browser are not known here. */
type Canvas = {
  width: number
  height: number
  getContext(kind: '2d'): {
    getImageData(...box: number[]): { data: Uint8ClampedArray<ArrayBuffer> }
  }
}

const sizeOf = (picture: Locator): Promise<number[]> =>
  picture.evaluate((canvas: Canvas) => [canvas.width, canvas.height])

/** Number of different colours in a picture. */
const coloursOf = (picture: Locator): Promise<number> =>
  picture.evaluate((canvas: Canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return new Set(new Uint32Array(data.buffer)).size
  })

const groundOf = (page: Page): Promise<string> =>
  page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
