/** English texts of files and data sets on sale. */
export const enTrade = {
  file: {
    columns: ['OFFER', 'STAGE', 'SIZE', 'PRICE', 'DEPOSIT', 'UNTIL (UTC)', 'SELLER'],
    none: 'No files on sale. Sell one: npx millrace file sell FILE --price COINS',
    stages: {
      none: 'unknown',
      offered: 'on sale',
      accepted: 'paid, key to come',
      delivered: 'key shown',
      refused: 'refused',
      appealed: 'appealed',
      ended: 'over',
    },
    outcomes: {
      none: 'over',
      lapsed: 'never sold',
      withheld: 'key withheld: given back, with the deposit',
      faulty: 'wrong file: given back, with the deposit',
      sold: 'sold',
      ruled: 'ruled',
      undecided: 'not ruled',
    },
    fields: {
      offer: 'offer',
      stage: 'stage',
      until: 'until (UTC)',
      seller: 'seller',
      buyer: 'buyer',
      size: 'size',
      chunk: 'chunk',
      price: 'price',
      deposit: 'deposit',
      plainRoot: 'root of the file',
      root: 'root of the sale',
      sealed: 'sealed file',
      windows: 'windows',
    },
    windowsOf: (p: { reveal: string; complain: string }) =>
      `${p.reveal} to show the key, then ${p.complain} to complain`,
    anybody: 'anybody',
    sealing: (p: { file: string; size: string }) => `Sealing ${p.file} (${p.size}) into storage`,
    offered: (p: { offer: string; price: string; deposit: string; until: string }) =>
      `On sale as ${p.offer} for ${p.price} coins until ${p.until} UTC; deposit ${p.deposit} coins`,
    buyWith: (offer: string) => `Buyers: npx millrace file buy ${offer}`,
    waiting: 'Waiting for a buyer; Ctrl-C leaves the offer standing',
    comeBack: (p: { offer: string; within: string }) =>
      `When it is bought, show the key within ${p.within} or lose the deposit: npx millrace file reveal ${p.offer}`,
    bought: (buyer: string) => `Bought by ${buyer}: showing the key`,
    shown: (until: string) =>
      `The key is shown. Paid when the buyer confirms, or at ${until} UTC: npx millrace file finish`,
    downloading: (p: { offer: string; size: string }) =>
      `Downloading ${p.offer} (${p.size}) and checking that it is what is offered`,
    accepted: (p: { price: string; until: string }) =>
      `It is. ${p.price} coins locked; the seller has until ${p.until} UTC to show the key`,
    withheld: 'The seller showed no key: your money is back, with its deposit.',
    opened: (p: { path: string; size: string }) => `${p.path}: ${p.size}, every chunk checked`,
    wrong: (index: number) => `Chunk ${index} is not what was sold: complaining`,
    refunded: (p: { price: string; deposit: string }) =>
      `Upheld: ${p.price} coins are back, and ${p.deposit} of the seller's deposit are yours`,
    allGood: 'Every chunk is what was sold: there is nothing to complain about.',
    ended: (outcome: string) => `Over: ${outcome}`,
  },
  dataset: {
    columns: ['DATA SET', 'NAME', 'SIZE', 'PRICE', 'DESCRIPTION'],
    none: 'No data sets on sale. Publish one: npx millrace dataset publish FILE --price COINS',
    storing: (p: { file: string; size: string }) => `Storing ${p.file} (${p.size})`,
    published: (p: { name: string; dataset: string; price: string }) =>
      `Published ${p.name} as ${p.dataset}, ${p.price} coins a task.\nUse it: npx millrace run APP --dataset ${p.dataset}   (the program reads /in/dataset)`,
  },
}
