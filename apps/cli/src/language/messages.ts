import type { en } from './en.ts'

/** Every text of the interface; each language has all of them, checked by the compiler. */
export type Messages = Same<typeof en>

/** Same keys and parameters, any text. */
type Same<T> = T extends string
  ? string
  : T extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : { readonly [K in keyof T]: Same<T[K]> }

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** `zh` for locales such as `zh_CN.UTF-8` or `zh-Hans`; English for all others. */
export function languageOf(locale: string): Language {
  return /^zh\b|^zh[_-]/i.test(locale) ? 'zh' : 'en'
}

/** Only the language in use is loaded. */
export async function loadMessages(language: Language): Promise<Messages> {
  if (language === 'zh') return (await import('./zh.ts')).zh
  return (await import('./en.ts')).en
}
