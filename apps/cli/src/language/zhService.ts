import type { enService } from './enService.ts'

/** 出售工作的中文文本。 */
export const zhService: typeof enService = {
  service: {
    columns: ['报价', '阶段', '价格', '保证金', '截止 (UTC)', '提供方', '仲裁方'],
    none: '没有可买的工作。出售：npx millrace service offer FILE --price COINS --arbiter ACCOUNT',
    stages: {
      none: '未知',
      offered: '可购买',
      accepted: '已付款，等待交付',
      delivered: '已交付，等待验收',
      refused: '已拒收，等待申诉',
      appealed: '已申诉，等待裁决',
      ended: '已结束',
    },
    outcomes: {
      none: '已结束',
      lapsed: '未售出',
      withheld: '未交付：已退款，并赔付保证金',
      faulty: '已拒收：已退款，并赔付保证金',
      sold: '已验收并付款',
      ruled: '已裁决',
      undecided: '未裁决：各得一半',
    },
    ruled: (share) => `已裁决：价格的 ${share} 归提供方`,
    fields: {
      offer: '报价',
      stage: '阶段',
      until: '截止 (UTC)',
      provider: '提供方',
      buyer: '买方',
      arbiter: '仲裁方',
      price: '价格',
      stake: '保证金',
      fee: '仲裁费',
      windows: '时限',
      content: '工作的哈希',
      task: '任务',
      refusal: '拒收理由',
      appeal: '申诉理由',
    },
    windowsOf: (p) =>
      `${p.deliver} 内交付，${p.review} 内验收，${p.appeal} 内申诉，${p.ruling} 内裁决`,
    anybody: '任何人',
    offered: (offer) => `已挂牌。购买：npx millrace service accept ${offer}`,
    fetched: (p) => `${p.path}：${p.size}，与链上哈希一致`,
  },
}
