import { nowSec } from '@millrace/base'
import {
  type ClassAd,
  type EvaluateOptions,
  evaluate,
  matchAds,
  parseAd,
  parseExpression,
  printValue,
  type Value,
} from '@millrace/protocol'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exitCodes.ts'
import { readAdText } from '../jobs/adText.ts'
import { alignRows } from '../terminal/receiptText.ts'

type AdOptions = { my?: string; target?: string; old?: boolean }

/** `millrace ad eval EXPRESSION`: its value between two ads. */
export function adEval(
  context: Context,
  [text = '']: string[],
  { my, target, ...options }: AdOptions,
): Promise<ExitCode> {
  const settings = settingsOf(context, options)
  const value = evaluate(parseExpression(text, settings.mode), {
    ...settings,
    ...(my === undefined ? {} : { my: readAd(my, '--my', settings) }),
    ...(target === undefined ? {} : { target: readAd(target, '--target', settings) }),
  })
  context.out.result(documentOf(value), () => printValue(value))
  return Promise.resolve(EXIT.ok)
}

/** `millrace ad match LEFT RIGHT`: whether each accepts the other, and how they rank each other. */
export function adMatch(
  context: Context,
  [left = '', right = '']: string[],
  options: AdOptions,
): Promise<ExitCode> {
  const { out, t } = context
  const settings = settingsOf(context, options)
  const result = matchAds(
    readAd(left, 'left', settings),
    readAd(right, 'right', settings),
    settings,
  )
  const { matches, leftRequirements, rightRequirements, leftRank, rightRank } = result
  const document = {
    matches,
    left: { requirements: documentOf(leftRequirements), rank: leftRank },
    right: { requirements: documentOf(rightRequirements), rank: rightRank },
  }
  out.result(document, () => {
    const verdict = matches ? out.paint.good(t.ad.matches) : out.paint.bad(t.ad.matchesNot)
    const side = (requirements: Value, rank: number) =>
      t.ad.side({ requirements: printValue(requirements), rank: `${rank}` })
    const rows: [string, string][] = [
      [t.ad.left, side(leftRequirements, leftRank)],
      [t.ad.right, side(rightRequirements, rightRank)],
    ]
    return `${verdict}\n${alignRows(rows, out.paint)}`
  })
  return Promise.resolve(matches ? EXIT.ok : EXIT.noDeal)
}

type Settings = EvaluateOptions & { mode: 'new' | 'old' }

function settingsOf({ clock, random }: Context, { old }: AdOptions): Settings {
  // Six bytes are a whole number that a double holds exactly.
  const draw = () => random.bytes(6).reduce((sum, byte) => (sum + byte) / 256, 0)
  return { mode: old === true ? 'old' : 'new', nowSec: nowSec(clock), random: draw }
}

function readAd(source: string, field: string, { mode }: Settings): ClassAd {
  return parseAd(readAdText(source, field), mode)
}

function documentOf(value: Value): { type: Value['type']; value: string } {
  return { type: value.type, value: printValue(value) }
}
