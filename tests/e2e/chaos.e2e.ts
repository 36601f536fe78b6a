import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buyBag, followBag, untilHalfWay } from './chaos/bag.ts'
import { checkPaidOnce } from './chaos/checkPaidOnce.ts'
import { type CloudUnderTest, PARTS, startCloudUnderTest, until } from './chaos/cloudUnderTest.ts'

// What happens to the money when a process dies: each in turn, with SIGKILL, in the middle of a bag of
// 200 tasks on two replicas each.

describe('a bag of 200 verified tasks', () => {
  let cloud: CloudUnderTest
  beforeAll(async () => {
    cloud = await startCloudUnderTest()
  })
  afterAll(() => cloud.stop())

  it.each(PARTS.filter((part) => part !== 'worker-2'))(
    'is done and paid once when %s is killed half-way',
    async (part) => {
      const bag = await buyBag(cloud)
      const followed = followBag(cloud, bag)
      await untilHalfWay(cloud, bag)
      const victim = cloud.pidOf(part)
      expect(victim).toBeDefined()
      process.kill(Number(victim), 'SIGKILL')
      await checkPaidOnce(cloud, bag, await followed)
      await until(`${part} is back`, () => ![undefined, victim].includes(cloud.pidOf(part)))
    },
  )

  it('is done and paid once when the supervisor is killed half-way', async () => {
    const bag = await buyBag(cloud)
    await untilHalfWay(cloud, bag)
    await cloud.killAll()
    await cloud.startAgain()
    await checkPaidOnce(cloud, bag, await followBag(cloud, bag))
  })
})
