import { afterAll, beforeAll, expect, it } from 'vitest'
import { buyBag, followBag } from './chaos/bag.ts'
import { checkPaidOnce } from './chaos/checkPaidOnce.ts'
import { type CloudUnderTest, startCloudUnderTest } from './chaos/cloudUnderTest.ts'

let clouds: CloudUnderTest[] = []
beforeAll(async () => {
  // At the same moment: neither may take what the other is about to use.
  clouds = await Promise.all([startCloudUnderTest(), startCloudUnderTest()])
})
afterAll(() => Promise.all(clouds.map((cloud) => cloud.stop())))

it('two clouds on one machine share nothing', async () => {
  const facts = clouds.map((cloud) => cloud.facts())
  for (const name of ['rpcUrl', 'storageUrl', 'apiUrl', 'poolUrl'] as const)
    expect(new Set(facts.map((entry) => entry[name])).size).toBe(2)
  await Promise.all(
    clouds.map(async (cloud) => {
      const bag = await buyBag(cloud, { tasks: 40 })
      await checkPaidOnce(cloud, bag, await followBag(cloud, bag))
    }),
  )
})

it('one cloud goes on when the other is killed, and a third cannot take its home', async () => {
  const [one, other] = clouds
  if (one === undefined || other === undefined) throw new Error('two clouds were started')
  const bag = await buyBag(one, { tasks: 40 })
  await other.killAll()
  await checkPaidOnce(one, bag, await followBag(one, bag))
  const { code, stderr } = await one.millrace(['cloud', 'start', '--no-job'])
  expect(code).toBe(2)
  expect(stderr).toContain(one.home)
})
