import type { enOffer } from './enOffer.ts'

/** 选择报价的理由。 */
export const zhOffer: typeof enOffer = {
  offer: {
    columns: ['资源池', '每任务币数', '用时', '按时', '正确', '功率', '总评'],
    criteria: {
      price: '价格',
      time: '用时',
      reliability: '可靠性',
      trust: '可信度',
      energy: '能耗',
    },
    chosen: (p) => `已选：${p.pool}，按 ${p.weights} 在 ${p.offers} 个合适的报价中最好。`,
    alone: '只有这一个报价，无须比较。',
    inFavour: (list) => `有利：${list}。`,
    against: (list) => `不利：${list}。`,
    unknown: (list) => `未知，不计好坏：${list}。`,
    seen: {
      price: () => '价格',
      time: (p) => `用时（只见过 ${p.deals} 笔规模相近的成交）`,
      reliability: (p) => `可靠性（只见过 ${p.tasks} 个任务）`,
      trust: (p) => `可信度（只见过 ${p.votes} 张可与他人对照的票）`,
      energy: () => '能耗（资源池没有声明 WattsPerSlot）',
    },
    aheadOf: (other) => `优于 ${other}：有利之处不更少，不利之处不更多。`,
    closeTo: (other) => `仅在总评上优于 ${other}：其中一个有利之处更多，但不利之处也更多。`,
    equal: (p) => `按这些权重，${p.other} 同样好${p.isCheaper ? '；这一个更便宜' : ''}。`,
  },
}
