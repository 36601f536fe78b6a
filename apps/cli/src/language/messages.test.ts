import { expect, it } from 'vitest'
import { en } from './en.ts'
import { languageOf } from './messages.ts'
import { zh } from './zh.ts'

it.each([
  ['zh_CN.UTF-8', 'zh'],
  ['zh', 'zh'],
  ['zh-Hans', 'zh'],
  ['en_US.UTF-8', 'en'],
  ['C', 'en'],
  ['', 'en'],
  ['zhuang', 'en'],
])('takes %j for %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language)
})

it('leaves no text untranslated', () => {
  const same = pathsOf(en).filter((path) => {
    const text = at(en, path)
    return typeof text === 'string' && text === at(zh, path)
  })
  // Units and names that are the same in both languages.
  expect(same.sort()).toEqual(['receipt.gas'])
})

function pathsOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix.slice(1)]
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, `${prefix}.${key}`))
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)
}
