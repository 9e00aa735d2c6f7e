import { readAmount } from './read-amounts.ts'
import { readDay } from './read-days.ts'
import { folded, referenceKey } from './written-words.ts'

/** What a column may hold. `debit` and `credit` are two columns of one signed amount; `direction` says which way it goes. */
export const columnMeanings = [
  'id',
  'reference',
  'amount',
  'debit',
  'credit',
  'direction',
  'date',
  'name',
  'text',
  'currency',
] as const
export type ColumnMeaning = (typeof columnMeanings)[number]

/** Which columns, by their places, hold what. Several may be references, names or texts. */
export type Columns = Readonly<Record<ColumnMeaning, readonly number[]>>

/** What headers say, in the languages of the countries and in those of banks; the first that fits tells. */
const SAID: readonly (readonly [ColumnMeaning, RegExp])[] = [
  ['reference', /end ?to ?end|e2e|\btx ?id\b|uetr/],
  ['debit', /^(debit|montant debit|debit amount|withdrawals?|paid out|sortie|retrait|مدين)( .*)?$/],
  ['credit', /^(credit|montant credit|credit amount|deposits?|paid in|entree|versement|دائن)( .*)?$/],
  ['direction', /direction|\bsens\b|cdt ?dbt|credit ?debit|debit ?credit|\bdc\b|^(sign|dr cr|cr dr|type)$/],
  ['currency', /currency|devise|\bccy\b|عملة/],
  ['amount', /amount|montant|\bamt\b|\bsum\b|somme|valeur nette|\bvalue$|^total$|\bnet\b|\bgross\b|مبلغ/],
  ['date', /date|\bday\b|\bjour\b|posted|booked|تاريخ/],
  ['id', /^(id|line ?id|row ?id|uid|key|no|num|numero|n|line|row|record ?id|entry ?id|transaction ?id|txn ?id|.* id)$/],
  ['reference', /ref|invoice|facture|cheque|check ?n|voucher|piece|document|\border\b|commande|number|numero|مرجع/],
  [
    'name',
    /name|\bnom\b|payee|payer|beneficiar|beneficiaire|counter ?party|customer|client|vendor|supplier|fournisseur|merchant|debtor|creditor|tiers|اسم/,
  ],
  [
    'text',
    /desc|text|libelle|label|memo|narrat|detail|motif|remit|communication|purpose|particular|note|comment|information|بيان/,
  ],
]

/** Columns whose name begins so are passed over: balances and fees look like amounts. */
const PASSED_OVER = /balance|solde|رصيد|^(fees?|frais|commission|charges?)\b/

/**
 * Guesses what the columns of a list hold, from their names, and where names say nothing from what stands in them.
 *
 * @param rows some rows of the list
 */
export function guessColumns(header: readonly string[], rows: readonly (readonly string[])[]): Columns {
  const found = Object.fromEntries(columnMeanings.map(meaning => [meaning, [] as number[]])) as Record<
    ColumnMeaning,
    number[]
  >
  const taken = new Set<number>()
  const give = (meaning: ColumnMeaning, place: number) => {
    found[meaning].push(place)
    taken.add(place)
  }
  const names = header.map(name => folded(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2')))
  const values = header.map((_, place) => rows.map(row => row[place]?.trim() ?? '').filter(value => value !== ''))
  names.forEach((name, place) => {
    if (PASSED_OVER.test(name)) return
    const meaning = SAID.find(([meaning, said]) => said.test(name) && holds(meaning, values[place]!))?.[0]
    if (meaning) give(meaning, place)
  })
  header.forEach((_, place) => {
    if (taken.has(place) || PASSED_OVER.test(names[place]!)) return
    const meaning = meaningOf(values[place]!, found, rows.length)
    if (meaning) give(meaning, place)
  })
  return settled(found, values, rows.length)
}

/** May a column hold this, by what stands in it? */
function holds(meaning: ColumnMeaning, values: readonly string[]): boolean {
  if (values.length === 0) return meaning !== 'amount' && meaning !== 'date'
  switch (meaning) {
    case 'amount':
    case 'debit':
    case 'credit':
      return mostly(values, isAmount)
    case 'date':
      return mostly(
        values,
        value => readDay(value, 'day_first') !== undefined || readDay(value, 'month_first') !== undefined,
      )
    case 'direction':
      return new Set(values).size <= 4 && mostly(values, value => directionOf(value) !== undefined)
    case 'currency':
      return mostly(values, value => /^[A-Za-z]{3}$/.test(value))
    default:
      return true
  }
}

function isAmount(value: string): boolean {
  return readAmount(value, '.') !== undefined || readAmount(value, ',') !== undefined
}

function mostly(values: readonly string[], is: (value: string) => boolean): boolean {
  return values.filter(is).length * 10 >= values.length * 9
}

function meaningOf(
  values: readonly string[],
  found: Readonly<Record<ColumnMeaning, readonly number[]>>,
  rows: number,
): ColumnMeaning | undefined {
  if (values.length === 0) return undefined
  if (found.date.length === 0 && holds('date', values)) return 'date'
  const money = found.amount.length + found.debit.length + found.credit.length
  if (money === 0 && holds('amount', values) && values.some(value => /[.,]\d{1,3}\D*$/.test(value))) return 'amount'
  if (found.currency.length === 0 && holds('currency', values) && new Set(values).size <= 5) return 'currency'
  if (found.id.length === 0 && new Set(values).size === rows && values.every(value => !/\s/.test(value))) return 'id'
  if (money === 0 && holds('amount', values)) return 'amount'
  if (mostly(values, value => /\d/.test(value) && !/\s/.test(value)))
    return holds('amount', values) ? undefined : 'reference'
  return mostly(values, value => /\p{L}{2}/u.test(value)) ? 'text' : undefined
}

/**
 * One id and one date. An id that does not name one line each is a reference; where there is no id, a reference that does
 * names the lines as well.
 */
function settled(
  found: Record<ColumnMeaning, number[]>,
  values: readonly (readonly string[])[],
  rows: number,
): Columns {
  const names = (place: number) => new Set(values[place]).size * 10 >= rows * 9
  const id = found.id.find(names) ?? found.reference.find(place => names(place) && values[place]!.length === rows)
  const references = [...found.reference, ...found.id.filter(place => place !== id)]
  const amounts = found.amount.slice(0, 1)
  const split = amounts.length === 0
  return {
    ...found,
    id: id === undefined ? [] : [id],
    reference: references,
    amount: amounts,
    debit: split ? found.debit.slice(0, 1) : [],
    credit: split ? found.credit.slice(0, 1) : [],
    date: found.date.slice(0, 1),
    currency: found.currency.slice(0, 1),
    direction: found.direction.slice(0, 1),
  }
}

/** -1 for money that leaves, 1 for money that comes; undefined for what says neither. */
export function directionOf(value: string): 1 | -1 | undefined {
  const said = referenceKey(value)
  if (/^(dbit|debit|dr|d|out|sortie|مدين)$/.test(said) || value.trim() === '-') return -1
  if (/^(crdt|credit|cr|c|in|entree|دائن)$/.test(said) || value.trim() === '+') return 1
  return undefined
}
