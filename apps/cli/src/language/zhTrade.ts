import type { enTrade } from './enTrade.ts'

/** 出售文件和数据集的中文文本。 */
export const zhTrade: typeof enTrade = {
  file: {
    columns: ['报价', '阶段', '大小', '价格', '押金', '截止 (UTC)', '卖方'],
    none: '没有在售文件。出售：npx millrace file sell FILE --price COINS',
    stages: {
      none: '未知',
      offered: '在售',
      accepted: '已付款，等待密钥',
      delivered: '密钥已公布',
      refused: '已拒绝',
      appealed: '已申诉',
      ended: '已结束',
    },
    outcomes: {
      none: '已结束',
      lapsed: '未售出',
      withheld: '未公布密钥：已退款，并赔付押金',
      faulty: '文件有误：已退款，并赔付押金',
      sold: '已售出',
      ruled: '已裁决',
      undecided: '未裁决',
    },
    fields: {
      offer: '报价',
      stage: '阶段',
      until: '截止 (UTC)',
      seller: '卖方',
      buyer: '买方',
      size: '大小',
      chunk: '分块',
      price: '价格',
      deposit: '押金',
      plainRoot: '文件的根',
      root: '交易的根',
      sealed: '加密文件',
      windows: '时限',
    },
    windowsOf: (p) => `${p.reveal} 内公布密钥，其后 ${p.complain} 内可投诉`,
    anybody: '任何人',
    sealing: (p) => `正在加密 ${p.file}（${p.size}）并存入存储`,
    offered: (p) =>
      `已挂牌，编号 ${p.offer}，价格 ${p.price} 币，至 ${p.until} UTC；押金 ${p.deposit} 币`,
    buyWith: (offer) => `购买：npx millrace file buy ${offer}`,
    waiting: '等待买方；Ctrl-C 离开，报价保留',
    comeBack: (p) =>
      `售出后须在 ${p.within} 内公布密钥，否则失去押金：npx millrace file reveal ${p.offer}`,
    bought: (buyer) => `${buyer} 已购买：正在公布密钥`,
    shown: (until) => `密钥已公布。买方确认时或 ${until} UTC 起付款：npx millrace file finish`,
    downloading: (p) => `正在下载 ${p.offer}（${p.size}）并核对`,
    accepted: (p) => `核对无误。已锁定 ${p.price} 币；卖方须在 ${p.until} UTC 前公布密钥`,
    withheld: '卖方没有公布密钥：款项已退回，并获得其押金。',
    opened: (p) => `${p.path}：${p.size}，每一块都已核对`,
    wrong: (index) => `第 ${index} 块与所售不符：正在投诉`,
    refunded: (p) => `投诉成立：退回 ${p.price} 币，并获得卖方押金 ${p.deposit} 币`,
    allGood: '每一块都与所售相符：没有可投诉之处。',
    ended: (outcome) => `已结束：${outcome}`,
  },
  dataset: {
    columns: ['数据集', '名称', '大小', '价格', '说明'],
    none: '没有在售数据集。发布：npx millrace dataset publish FILE --price COINS',
    storing: (p) => `正在存储 ${p.file}（${p.size}）`,
    published: (p) =>
      `已发布 ${p.name}，编号 ${p.dataset}，每个任务 ${p.price} 币。\n使用：npx millrace run APP --dataset ${p.dataset}   （程序读取 /in/dataset）`,
  },
}
