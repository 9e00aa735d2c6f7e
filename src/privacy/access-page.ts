import type { Country } from '#countries'
import { type Language, type Month, money, moneyText } from '#kernel'
import type { Catalogue, Fact } from '#rules'
import { purposeOf } from '#security'
import type { AccessFile } from './access.ts'

/** The words of the page, in one language. */
export type AccessWords = {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  readonly word: (name: 'title' | 'asOf' | 'none' | 'withheld' | 'yes' | 'no' | 'member' | 'machine') => string
  readonly table: (name: string) => string
  readonly column: (name: string) => string
  /** A code of one of these columns. */
  readonly value: (column: 'outcome' | 'channel' | 'kind' | 'reason', code: string) => string
  /** Why something was read or changed, as the register of purposes names it. */
  readonly purpose: (name: string) => string
  /** What tells who a person is, where a request names it. */
  readonly person: (field: string) => string
}

/** Tables on the page in their order, with the columns that a person can read; ids and hashes are in the JSON file. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'population.person': ['given_name', 'family_name', 'given_name_ar', 'family_name_ar', 'sex', 'birth_date', 'phone', 'source', 'recorded_at'],
  'population.person_past': ['given_name', 'family_name', 'given_name_ar', 'family_name_ar', 'birth_date', 'phone', 'recorded_at', 'superseded_at'],
  'households.household': ['source', 'source_id', 'territory', 'registered_at'],
  'households.membership': ['person_id', 'relation', 'valid_from', 'valid_to'],
  'households.recipient': ['person_id', 'effective_on', 'recorded_at'],
  'households.declaration': ['effective_on', 'declared_at', 'channel', 'facts', 'members'],
  'households.score': ['pack', 'month', 'value'],
  'programmes.determination': ['run_id', 'outcome', 'amount_minor', 'refusals'],
  'programmes.entitlement': ['pack', 'month', 'amount_minor'],
  'programmes.adjustment': ['pack', 'month', 'amount_minor', 'recorded_at'],
  'programmes.recovery': ['pack', 'month', 'kind', 'amount_minor', 'recorded_at'],
  'payments.payee_account': ['kind', 'provider', 'number', 'valid_from'],
  'payments.instruction': ['run_id', 'payee_name', 'provider', 'amount'],
  'payments.run_line': ['purpose', 'period', 'amount'],
  'payments.left_out': ['purpose', 'period', 'amount', 'reason'],
  'privacy.rectification': ['field', 'value_before', 'value_asked', 'says', 'asked_at'],
  'privacy.rectification_decision': ['outcome', 'motive', 'decided_at'],
  'security.audit_record': ['recorded_at', 'action', 'purpose'],
} // biome-ignore format: a table

type Row = Readonly<Record<string, unknown>>

/**
 * The file of a person as a page to read and print: everything in one document, no script, nothing fetched from elsewhere.
 * Every text that comes from the register is escaped.
 */
export function accessPage(file: AccessFile, country: Country, words: AccessWords): string {
  const { language, direction, word } = words
  const say = new Saying(file, country, words)
  const title = escaped(word('title'))
  const tables = Object.entries(SHOWN).map(([table, columns]) => section(table, columns, file.tables[table] ?? [], say))
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
<main>
<h1>${title}</h1>
<p>${escaped(country.name[language])} · ${escaped(word('asOf'))} ${escaped(file.asOf.slice(0, 16).replace('T', ' '))} UTC</p>
<p>${escaped(word('withheld'))} ${escaped(word('machine'))}</p>
${tables.join('\n')}
</main>
</html>
`
}

function section(table: string, columns: readonly string[], rows: readonly Row[], say: Saying): string {
  const heading = `<h2>${escaped(say.words.table(table.replace('.', '_')))}</h2>`
  if (rows.length === 0) return `<section>${heading}<p>${escaped(say.words.word('none'))}</p></section>`
  // A declaration is long: each is a part of its own, not a line.
  if (columns.includes('facts')) {
    const parts = rows.map(row => `<article>${columns.map(name => part(table, name, row, say)).join('')}</article>`)
    return `<section>${heading}${parts.join('\n')}</section>`
  }
  const head = columns.map(name => `<th scope="col">${escaped(say.words.column(name))}</th>`).join('')
  const body = rows
    .map(row => `<tr>${columns.map(name => `<td>${say.cell(table, name, row)}</td>`).join('')}</tr>`)
    .join('\n')
  return `<section>${heading}<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></section>`
}

function part(table: string, column: string, row: Row, say: Saying): string {
  const value = say.cell(table, column, row)
  if (column === 'facts' || column === 'members') return value
  return `<p><span>${escaped(say.words.column(column))}</span> ${value}</p>`
}

class Saying {
  readonly words: AccessWords
  readonly #file: AccessFile
  readonly #country: Country
  readonly #names: ReadonlyMap<unknown, string>

  constructor(file: AccessFile, country: Country, words: AccessWords) {
    this.words = words
    this.#file = file
    this.#country = country
    this.#names = new Map(
      (file.tables['population.person'] ?? []).map(row => [
        row.id,
        [row.given_name, row.family_name].filter(Boolean).join(' ') ||
          [row.given_name_ar, row.family_name_ar].filter(Boolean).join(' '),
      ]),
    )
  }

  /** One cell, as HTML. */
  cell(table: string, column: string, row: Row): string {
    const value = row[column]
    if (value === null || value === undefined) return '–'
    if (column === 'outcome' || column === 'channel' || column === 'kind' || column === 'reason') {
      return escaped(this.words.value(column, String(value)))
    }
    if (column === 'sex' || column === 'relation') {
      return escaped(this.#value(this.#country.catalogue.member.get(column), value))
    }
    if (column === 'field') return escaped(this.#field(String(value)))
    if (column === 'purpose' && table === 'security.audit_record') return escaped(this.#why(String(value)))
    if (column === 'facts') return this.#facts(value as Row, 'household')
    if (column === 'members') return this.#members(value as readonly Row[])
    if (column === 'person_id') return escaped(this.#names.get(value) ?? String(value))
    if (column === 'run_id') return escaped(this.#run(table, value))
    if (column === 'pack' || column === 'purpose') return escaped(this.#pack(String(value)))
    if (column === 'refusals')
      return escaped((value as readonly string[]).map(code => this.#refusal(table, row, code)).join('; '))
    if (column === 'amount' || column === 'amount_minor') return escaped(this.#amount(table, row, value))
    if (value instanceof Date) return escaped(value.toISOString().slice(0, 16).replace('T', ' '))
    return escaped(String(value))
  }

  #facts(facts: Row, of: 'household' | 'member'): string {
    const catalogue: Catalogue = this.#country.catalogue
    const pairs = Object.entries(facts).map(([name, value]) => {
      const fact = catalogue[of].get(name)
      const label = fact?.label[this.words.language] ?? name
      return `<dt>${escaped(label)}</dt><dd>${escaped(this.#value(fact, value))}</dd>`
    })
    return `<dl>${pairs.map(pair => `<div>${pair}</div>`).join('')}</dl>`
  }

  #value(fact: Fact | undefined, value: unknown): string {
    if (typeof value === 'boolean') return this.words.word(value ? 'yes' : 'no')
    return fact?.codes.get(String(value))?.[this.words.language] ?? String(value)
  }

  #field(field: string): string {
    const [of = '', name = ''] = field.split('.', 2)
    if (of === 'person') return this.words.person(name)
    return (
      this.#country.catalogue[of === 'household' ? 'household' : 'member'].get(name)?.label[this.words.language] ??
      field
    )
  }

  #why(text: string): string {
    const { purpose } = purposeOf(text)
    return purpose === undefined ? text : this.words.purpose(purpose)
  }

  #members(members: readonly Row[]): string {
    return members
      .map((member, at) => {
        const name = this.#names.get(member.id) || `${this.words.word('member')} ${at + 1}`
        return `<h3>${escaped(name)}</h3>${this.#facts(member.facts as Row, 'member')}`
      })
      .join('')
  }

  #run(table: string, run: unknown): string {
    const runs = this.#file.explanations[table.startsWith('payments') ? 'payments.run' : 'programmes.determination_run']
    const found = runs?.find(row => row.id === run)
    if (!found) return String(run)
    return table.startsWith('payments')
      ? `${found.label} ${found.period} (${found.reference})`
      : `${this.#pack(String(found.pack))} ${found.month as Month}`
  }

  #pack(id: string): string {
    return this.#country.book.packs.get(id)?.names[this.words.language] ?? id
  }

  #refusal(table: string, row: Row, code: string): string {
    const run = this.#file.explanations['programmes.determination_run']?.find(each => each.id === row.run_id)
    const pack = table === 'programmes.determination' && run && this.#country.book.packs.get(String(run.pack))
    const refusal = pack ? pack.refusals.find(each => each.code === code) : undefined
    // Values stand in the decision letter; here the sentence is enough.
    const parts = refusal?.words[this.words.language].map(part => (typeof part === 'string' ? part : '…'))
    return parts?.join('') ?? code
  }

  /** Minor units in the country's currency, or in that of the row. */
  #amount(table: string, row: Row, value: unknown): string {
    const currency = (row.currency as Country['currency'] | undefined) ?? this.#country.currency
    return typeof value === 'bigint' ? `${moneyText(money(value, currency))} ${currency}` : `${table} ${String(value)}`
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => ESCAPES[character]!)
}

const STYLE = `
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; color: #1b1b1b; background: #fff; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; } h3 { font-size: 1rem; margin: 0.75rem 0 0.25rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: top; padding: 0.35rem 0.6rem; border-block-end: 1px solid #c8c8c8; overflow-wrap: anywhere; }
dl { columns: 18rem; column-gap: 2rem; margin: 0.5rem 0; font-size: 0.9375rem; }
dl div { display: flex; justify-content: space-between; gap: 1rem; break-inside: avoid; border-block-end: 1px solid #e4e4e4; }
dt, p span { color: #555; } dd { margin: 0; text-align: end; }
article { border-block-start: 1px solid #c8c8c8; padding-block: 0.75rem; } article p { margin: 0; }
@media print { main { padding: 0; max-width: none; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
`
