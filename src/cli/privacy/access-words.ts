import { readFileSync } from 'node:fs'
import type { Language } from '#kernel'
import type { AccessWords } from '#privacy'

type File = {
  readonly table: Readonly<Record<string, string>>
  readonly column: Readonly<Record<string, string>>
} & Readonly<Record<string, unknown>>

/** The words of a person's printed file, from the catalogue that the pages read. */
export function accessWords(language: Language): AccessWords {
  const path = new URL(`../../../locales/${language}/privacy.json`, import.meta.url)
  const { file } = JSON.parse(readFileSync(path, 'utf8')) as { readonly file: File }
  const said = (text: unknown) => {
    if (typeof text !== 'string') throw new Error(`locales/${language}/privacy.json lacks a word of the file`)
    return text
  }
  return {
    language,
    direction: language === 'ar' ? 'rtl' : 'ltr',
    word: name => said(file[name]),
    table: name => said(file.table[name]),
    column: name => said(file.column[name]),
  }
}
