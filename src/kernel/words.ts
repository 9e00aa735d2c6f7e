/** The languages of every page, letter and pack. French is the first; Arabic runs from right to left. */
export const languages = ['fr', 'ar', 'en'] as const

export type Language = (typeof languages)[number]

/** A text in every language; none may be missing. */
export type Words = { readonly [Each in Language]: string }

export function isLanguage(text: string): text is Language {
  return (languages as readonly string[]).includes(text)
}
