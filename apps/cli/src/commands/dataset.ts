import { createReadStream, type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { InvalidInputError } from '@millrace/base'
import { listDatasets, publishDataset, textOfAd, wholeOfAd } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { FileNotReadableError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import { formatBytes, formatCoins, parseCoins, shortHex } from '../terminal/format.ts'
import { formatTable } from '../terminal/table.ts'

/** `millrace dataset ls` */
export async function datasetLs(context: Context): Promise<ExitCode> {
  const { out, t, signal } = context
  const { client } = await connectCloud(context)
  const rows = await listDatasets(client, { signal })
  const datasets = rows.map(({ asset, owner, cid, price, ad }) => ({
    dataset: asset,
    name: textOfAd(ad, 'Name') ?? shortHex(asset),
    description: textOfAd(ad, 'Description') ?? '',
    bytes: Number(wholeOfAd(ad, 'Bytes') ?? 0n),
    price,
    owner,
    cid,
  }))
  out.result({ datasets }, () =>
    datasets.length === 0
      ? t.dataset.none
      : formatTable(
          t.dataset.columns,
          datasets.map(({ dataset, name, bytes, price, description }) => [
            dataset,
            name,
            formatBytes(bytes),
            price === undefined ? t.market.notOnSale : formatCoins(price),
            description,
          ]),
        ),
  )
  return EXIT.ok
}

export type DatasetPublishOptions = { price?: string; name?: string; description?: string }

/** `millrace dataset publish FILE` */
export async function datasetPublish(
  context: Context,
  [file = '']: string[],
  options: DatasetPublishOptions,
): Promise<ExitCode> {
  const { out, t, signal } = context
  if (options.price === undefined)
    throw new InvalidInputError({ field: '--price', value: undefined, expected: 'coins, or 0' })
  const price = parseCoins(options.price, '--price')
  const { size } = statOf(file)
  const name = options.name ?? basename(file)
  const { client } = await connectCloud(context)
  out.note(t.dataset.storing({ file: name, size: formatBytes(size) }))
  const source = createReadStream(file)
  const about = { name, description: options.description ?? '', source, price }
  const published = await publishDataset(client, about, { signal })
  const { dataset } = published
  out.result({ ...published, name, price }, () =>
    t.dataset.published({ name, dataset, price: formatCoins(price) }),
  )
  return EXIT.ok
}

function statOf(file: string): Stats {
  try {
    const found = statSync(file)
    if (found.isFile()) return found
  } catch (cause) {
    throw new FileNotReadableError({ field: 'file', path: file, cause })
  }
  throw new InvalidInputError({ field: 'file', value: file, expected: 'a plain file' })
}
