import { dayOrderOf, type Kind, kindOfName, kindOfValues, kinds, type MatchColumn } from '#population'
import { UsageError } from '../command.ts'

/** A column to compare by, and where it stands in each file. */
export type Chosen = MatchColumn & { readonly places: readonly number[] }

/** A file's header, and some of its rows to look at. */
export type Sample = { readonly file: string; readonly header: readonly string[]; readonly rows: readonly string[][] }

const ALIASES: Readonly<Record<string, Kind>> = {
  ...{ date: 'birth_date', dob: 'birth_date', first_name: 'given_name', last_name: 'surname', family_name: 'surname' },
  ...{ full_name: 'name', gender: 'sex', telephone: 'phone', id: 'document', identifier: 'document', zip: 'postcode' },
  ...{ city: 'place', territory: 'place', address: 'text', string: 'text', category: 'word', integer: 'number' },
}

/**
 * The columns that a call names: `given_name`, `nom:surname`, `first=given_name:name`. Where the call says no kind it is told
 * by the column's name, then by its values. Without a list all columns are taken that can tell people apart.
 */
export function chooseColumns(
  asked: string | undefined,
  samples: readonly Sample[],
  apart: ReadonlySet<string>,
): { columns: Chosen[]; left: { name: string; why: string }[] } {
  const left: { name: string; why: string }[] = []
  const chosen: Chosen[] = []
  const items = asked === undefined ? everyColumn(samples, apart, left) : asked.split(',').map(item => item.trim())
  for (const item of items.filter(text => text !== '')) {
    const { name, places, kind } = placed(item, samples)
    const values = samples.flatMap(({ rows }, file) => rows.map(row => row[places[file]!] ?? ''))
    if (chosen.some(other => other.name === name)) throw new UsageError(`--columns names ${name} twice`)
    const known = kind ?? kindOf(name, values)
    if (known === undefined) left.push({ name, why: 'it is empty' })
    else if (asked === undefined && new Set(values.filter(value => value !== '')).size < 2)
      left.push({ name, why: 'it holds one value' })
    else chosen.push({ name, kind: known, dayOrder: dayOrderOf(values), places })
  }
  const columns = withoutEcho(chosen, left)
  if (columns.length === 0) throw new UsageError('there is no column to compare by; name some with --columns')
  return { columns, left }
}

function everyColumn(samples: readonly Sample[], apart: ReadonlySet<string>, left: { name: string; why: string }[]) {
  return samples[0]!.header.filter(name => {
    const said = kindOfName(name)
    const shared = samples.every(({ header }) => header.includes(name))
    const own = apart.has(name) || said === 'truth' || (said === 'id' && areDistinct(name, samples[0]!))
    if (own) left.push({ name, why: 'it names the records' })
    else if (!shared) left.push({ name, why: `${samples[1]!.file} has no such column` })
    return !own && shared
  })
}

function areDistinct(name: string, { header, rows }: Sample): boolean {
  const values = rows.map(row => row[header.indexOf(name)] ?? '')
  return new Set(values).size === values.length
}

function kindOf(name: string, values: readonly string[]): Kind | undefined {
  const named = kindOfName(name)
  return named === undefined || named === 'id' || named === 'truth' ? kindOfValues(values) : named
}

/** Where the column of an item stands, and the kind the item says. */
function placed(item: string, samples: readonly Sample[]): { name: string; places: number[]; kind: Kind | undefined } {
  const [names = '', kindText] = item.split(':').map(part => part.trim())
  const [one = '', other] = names.split('=').map(part => part.trim())
  const [first, second = first] = samples as [Sample, Sample?]
  const hasOne = first.header.includes(one)
  const hasOther = other !== undefined && second!.header.includes(other)
  if (other !== undefined && hasOne && !hasOther && kindFrom(other)) {
    return { name: one, places: samples.map(sample => placeIn(sample, one)), kind: readKind(kindText, item, other) }
  }
  if (other !== undefined && !hasOne && first.header.includes(other)) {
    return { name: other, places: samples.map(sample => placeIn(sample, other)), kind: readKind(kindText, item, other) }
  }
  const places = samples.map((sample, at) => placeIn(sample, at === 0 ? one : (other ?? one)))
  return { name: one, places, kind: readKind(kindText, item, one) }
}

function placeIn({ file, header }: Sample, name: string): number {
  const place = header.indexOf(name)
  if (place < 0)
    throw new UsageError(`${file} has no column ${name || '(without a name)'}; it has: ${header.join(', ')}`)
  return place
}

function kindFrom(text: string): Kind | undefined {
  return kinds.find(kind => kind === text) ?? ALIASES[text]
}

function readKind(text: string | undefined, item: string, name: string): Kind | undefined {
  if (text === undefined) return kindFrom(name)
  const kind = kindFrom(text)
  if (kind === undefined) {
    throw new UsageError(`--columns ${item}: ${text} is no kind; accepted: ${kinds.join(', ')}`)
  }
  const guessed = kindOfName(name)
  // `name` says the family of kinds; the column's own name says which of them.
  return kind === 'name' && (guessed === 'given_name' || guessed === 'surname') ? guessed : kind
}

/** A full name beside its parts would count the same evidence twice. */
function withoutEcho(columns: readonly Chosen[], left: { name: string; why: string }[]): Chosen[] {
  const has = (kind: Kind) => columns.some(column => column.kind === kind)
  if (!has('given_name') || !has('surname')) return [...columns]
  return columns.filter(({ kind, name }) => {
    if (kind === 'name') left.push({ name, why: 'given name and surname say the same' })
    return kind !== 'name'
  })
}
