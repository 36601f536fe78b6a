import { type Hex, hexToBytes } from '@millrace/base'
import { compileAd, hashAd } from '@millrace/protocol'
import { encodeFunctionData } from 'viem'
import { type Figures, order } from './gasScenarios.ts'
import { ABIS } from './localMarket.ts'
import { makeDeal, type Story } from './marketStory.ts'

const POOL = compileAd(
  '[ Type = "pool"; Name = "local"; Workers = 16; Arch = "x86_64"; OpSys = "linux"; Gpus = 0; MemoryMiB = 4096; DiskMiB = 65536; PriceMicro = 1200; SlaBps = 9000 ]',
)
/** Three names, two values, two comparisons, one `!` and two `&&`. */
const REQUEST = compileAd(
  '[ Tasks = 100; Requirements = TARGET.MemoryMiB >= 2048 && TARGET.Arch == "x86_64" && !TARGET.Gpus ]',
)

/** As large as an ad may be, and looked up in vain as often as 64 nodes allow. */
function largestAd(): Hex {
  const name = (i: number): string => `attribute_with_a_name_of_len_${String(i).padStart(2, '0')}`
  const attributes = Array.from({ length: 32 }, (_, i) => `${name(i)} = ${2n ** 63n - 1n}`)
  const terms = Array.from({ length: 32 }, () => `TARGET.${name(99)}`).join(' + ')
  return compileAd(`[ ${attributes.join('; ')}; Requirements = -(${terms}) ]`)
}

/** What requirements add: to a match, and asked for alone, without the 21,000 of a transaction and its bytes. */
export async function measureAds(story: Story): Promise<Figures> {
  const ads = { pool: POOL, request: REQUEST }
  const orders = () => {
    const made = order(story)
    return { ...made, request: { ...made.request, ad: hashAd(ads.request) } }
  }
  const standing = orders()
  standing.pool.ad = hashAd(ads.pool)
  await makeDeal(story, standing, 100, ads)
  const { receipt } = await makeDeal(story, { ...standing, request: orders().request }, 100, ads)
  const largest = largestAd()
  return {
    'match of a new request, no data set, requirements of 10 nodes': Number(receipt.gasUsed),
    'requirements of 10 nodes': await gasOf(story, POOL, REQUEST),
    'requirements, the largest ads there are': await gasOf(story, largest, largest),
  }
}

async function gasOf({ local, requester }: Story, left: Hex, right: Hex): Promise<number> {
  const args = [left, right] as const
  const data = encodeFunctionData({ abi: ABIS.classAds, functionName: 'matches', args })
  const { gasUsed } = await local.send(requester, local.contracts.classAds, data)
  const calldata = hexToBytes(data).reduce((gas, byte) => gas + (byte === 0 ? 4 : 16), 0)
  return Number(gasUsed) - 21_000 - calldata
}
