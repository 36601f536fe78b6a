import { ZERO_ADDRESS } from '@millrace/base'
import { finishFile, waitForSuccess } from '@millrace/chain'
import { type FileSale, findFileSale, listFileSales, walletOf } from '@millrace/sdk'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { connectCloud } from '../home/connectCloud.ts'
import {
  formatBytes,
  formatCoins,
  formatDuration,
  formatTime,
  shortHex,
} from '../terminal/format.ts'
import { alignRows } from '../terminal/receiptText.ts'
import { formatTable } from '../terminal/table.ts'

/** `millrace file ls`: what can be bought; with `--all` what was, too. */
export async function fileLs(
  context: Context,
  _: string[],
  { all = false }: { all?: boolean },
): Promise<ExitCode> {
  const { out, t, signal } = context
  const { client } = await connectCloud(context)
  const files = await listFileSales(client, all ? {} : { open: true }, { signal })
  out.result({ files: files.map(reportOf) }, () =>
    files.length === 0
      ? t.file.none
      : formatTable(
          t.file.columns,
          files.map((sale) => [
            shortHex(sale.offerId),
            stageText(context, sale),
            formatBytes(Number(sale.terms.sizeBytes)),
            formatCoins(sale.terms.price),
            formatCoins(sale.terms.deposit),
            sale.until === 0 ? '-' : formatTime(sale.until),
            sale.terms.seller,
          ]),
        ),
  )
  return EXIT.ok
}

/** `millrace file show OFFER` */
export async function fileShow(context: Context, [offer = '']: string[]): Promise<ExitCode> {
  const { client } = await connectCloud(context)
  return showSale(context, await findFileSale(client, offer, { signal: context.signal }))
}

/** `millrace file finish OFFER`: money goes where the rules say. */
export async function fileFinish(context: Context, [offer = '']: string[]): Promise<ExitCode> {
  const { signal } = context
  const { client } = await connectCloud(context)
  const { terms, offerId } = await findFileSale(client, offer, { signal })
  const wallet = walletOf(client)
  await waitForSuccess(wallet, await finishFile(wallet, { terms }, { signal }), { signal })
  return showSale(context, await findFileSale(client, offerId, { signal }))
}

/** What machines get of a sale. */
export function reportOf({ offerId, terms, cid, stage, until, buyer, outcome }: FileSale) {
  const { buyer: onlyBuyer, ...rest } = terms
  return { offer: offerId, stage, outcome, until, buyer, onlyBuyer, sealed: cid, ...rest }
}

export function showSale(context: Context, sale: FileSale): ExitCode {
  context.out.result(reportOf(sale), () => alignRows(rowsOf(context, sale), context.out.paint))
  return EXIT.ok
}

/** Where a sale stands, or how it ended. */
export function stageText({ t }: Context, { stage, outcome }: FileSale): string {
  return outcome === undefined ? t.file.stages[stage] : t.file.outcomes[outcome]
}

function rowsOf(context: Context, sale: FileSale): [string, string][] {
  const { file } = context.t
  const { terms, until } = sale
  const wanted = sale.buyer === ZERO_ADDRESS ? terms.buyer : sale.buyer
  return [
    [file.fields.offer, sale.offerId],
    [file.fields.stage, stageText(context, sale)],
    [file.fields.until, until === 0 ? '-' : formatTime(until)],
    [file.fields.seller, terms.seller],
    [file.fields.buyer, wanted === ZERO_ADDRESS ? file.anybody : wanted],
    [file.fields.size, formatBytes(Number(terms.sizeBytes))],
    [file.fields.chunk, formatBytes(terms.chunkBytes)],
    [file.fields.price, formatCoins(terms.price)],
    [file.fields.deposit, formatCoins(terms.deposit)],
    [
      file.fields.windows,
      file.windowsOf({
        reveal: formatDuration(terms.revealSec),
        complain: formatDuration(terms.complainSec),
      }),
    ],
    [file.fields.plainRoot, terms.plainRoot],
    [file.fields.root, terms.root],
    [file.fields.sealed, sale.cid ?? '-'],
  ]
}
