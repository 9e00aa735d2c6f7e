import { readFileSync } from 'node:fs'
import type { Language } from '#kernel'
import type { AccessWords } from '#privacy'

type File = {
  readonly table: Readonly<Record<string, string>>
  readonly column: Readonly<Record<string, string>>
  readonly value: Readonly<Record<string, Readonly<Record<string, string>>>>
} & Readonly<Record<string, unknown>>

/** The words of a person's printed file, from the catalogue that the pages read. */
export function accessWords(language: Language): AccessWords {
  const { file, correction } = catalogue(language, 'privacy') as {
    readonly file: File
    readonly correction: { readonly person: Readonly<Record<string, string>> }
  }
  const { purpose } = catalogue(language, 'console') as { readonly purpose: Readonly<Record<string, string>> }
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
    value: (column, code) => said(file.value[column]?.[code]),
    purpose: name => said(purpose[name]),
    person: field => said(correction.person[field]),
  }
}

function catalogue(language: Language, name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../locales/${language}/${name}.json`, import.meta.url), 'utf8'))
}
