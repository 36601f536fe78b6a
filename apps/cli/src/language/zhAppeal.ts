import type { Messages } from './messages.ts'

/** appeal 的中文文本。 */
export const zhAppeal: Messages['appeal'] = {
  columns: ['任务', '状态', '截止（UTC）', '结算结果', '裁决'],
  none: '没有申诉。发起申诉：npx millrace appeal open --help',
  task: '任务',
  state: '状态',
  settled: '结算摘要',
  verdict: '现行裁决',
  until: '截止（UTC）',
  fee: '每位陪审员的费用',
  next: '下一步',
  jury: ({ number }) => `第 ${number} 个陪审团`,
  juryIs: ({ wanted, revealed, jurors }) =>
    `${wanted} 席，${revealed} 席已公开${jurors === '' ? '' : `：${jurors}`}`,
  states: {
    none: '未申诉',
    drawing: '等待抽选陪审团',
    voting: '陪审团投票中',
    decided: '裁决生效',
    ruling: '由裁判裁定',
    closed: '已结束',
  },
  nextIs: {
    drawing: '抽选陪审团：npx millrace appeal draw TASK',
    voting: '陪审员投票并公开；时间到后：npx millrace appeal decide TASK',
    decided: '再次申诉（--again），或时间到后：npx millrace appeal close TASK',
    ruling: '时间到后：npx millrace appeal close TASK',
  },
  opened: ({ task }) => `已对 ${task} 提出申诉。`,
  joined: ({ task, voters }) => `已出示 ${task} 的 ${voters} 张投票。`,
  drawn: ({ task }) => `已抽选 ${task} 的陪审团。`,
  moved: ({ task }) => `${task} 已进入下一步。`,
  closed: ({ task }) => `${task} 的申诉已结束。`,
  refund: '退还买方',
  voted: ({ task }) => `已对 ${task} 的投票作出承诺。投票时间结束后请公开同一摘要。`,
  revealed: ({ task }) => `已公开对 ${task} 的投票。`,
  seated: ({ account }) => `${account} 已成为陪审员。`,
}

/** appeal --help 的中文文本。 */
export const zhAppealHelp: Messages['help']['appeal'] = {
  open: '交保证金对已结算的结果提出异议；陪审团将重新运行该任务',
  job: '作业：last、3 或 id 的前几位；使用 --again 时为任务 id',
  task: '任务在作业中的位置',
  again: '向更大的陪审团申诉现行裁决',
  show: '申诉的状态与下一步',
  ls: '申诉列表，最新的在前',
  id: '任务 id',
  join: '出示尚未出示的投票，使投票者为其负责',
  draw: '所等的区块出现后抽选陪审团',
  vote: '陪审员：在本机运行该任务并对结果作出承诺',
  reveal: '陪审员：再次运行并公开所承诺的内容',
  digest: '在别处运行得到的摘要，代替在本机运行',
  unable: '无法运行该任务',
  decide: '结束时间已到的阶段；任何人都可以',
  close: '结束裁决已成定局的申诉；任何人都可以',
  seat: '以已质押的工作者身份成为陪审员',
  bond: '先创建账户，并从金库质押这么多币',
  as: '发送交易的账户：状态文件夹 keys.json 中的名称',
}
