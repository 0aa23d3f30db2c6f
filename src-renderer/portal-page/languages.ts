import type { Language } from '../../src-shared/followup.ts'

export const languages = [{ language: 'en', name: 'English' }, { language: 'es', name: 'Español' }] as const satisfies readonly Readonly<{ language: Language, name: string }>[]

const speaks = (tag: string, language: Language) => tag.toLowerCase() === language || tag.toLowerCase().startsWith(`${language}-`)

/** The first of the browser's languages that the page has. */
export function firstLanguage(wanted: readonly string[]): Language {
  return wanted.flatMap((tag) => languages.filter(({ language }) => speaks(tag, language)))[0]?.language ?? 'en'
}

/** How dates are written: as the phone does it, where it is set to that language. */
export function localeOf(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => speaks(tag, language)) ?? language
}
