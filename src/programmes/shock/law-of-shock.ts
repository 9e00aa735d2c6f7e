import { Document, isCollection, isSeq, parseDocument, visit } from 'yaml'
import type { Country } from '#countries'
import type { Month } from '#kernel'
import { checkPacks } from '#rules'
import type { Shock } from './shock.ts'

/** What the law of a month takes of a shock. Its end is not of it: a run asked again once that moved has the same text. */
export type ShockSaid = Pick<Shock, 'name' | 'reference' | 'from' | 'expansions'>

/** The code under which the amounts of a shock are cited in the text that decides. */
const CITED = 'DECLARED'

/**
 * The country with the law of a shock's pack for a month: the amounts that the declaration gives stand in the text for that
 * month, with the declaration as their source. The text is kept with what it decides, as every other, and explains itself.
 */
export function lawOfShock(country: Country, pack: string, month: Month, shock: ShockSaid): Country {
  const found = country.book.packs.get(pack)
  const values = shock.expansions.find(each => each.pack === pack)?.values ?? {}
  if (found === undefined || Object.keys(values).length === 0) return country
  const policy = country.policy.map(({ path, text }) => {
    if (path === found.file) return { path, text: withValues(text, values, month) }
    if (path.endsWith('/sources.yaml')) return { path, text: withSource(text, shock) }
    return { path, text }
  })
  const checked = checkPacks(
    policy.filter(({ path }) => !path.endsWith('/facts.yaml')),
    country.catalogue,
  )
  if (!checked.ok) throw new Error(`${pack}: the amounts of a shock make no law: ${checked.refusal[0]?.message}`)
  return { ...country, policy, book: checked.value }
}

/** Amounts are written as they were typed: decimal digits, which the declaration was refused without. */
function withValues(text: string, values: Readonly<Record<string, string>>, month: Month): string {
  const document = parseDocument(text)
  for (const [name, value] of Object.entries(values)) {
    const dated = document.getIn(['parameters', name, 'values'])
    if (!isSeq(dated)) throw new Error(`there is no parameter ${name}`)
    const declared = parseDocument(
      `{ from: ${month}, to: ${month}, value: ${value.trim()}, source: ${CITED} }`,
    ).contents
    dated.items = [declared, ...dated.items.filter(item => startOf(item) < month)]
  }
  return document.toString({ lineWidth: 0 })
}

const startOf = (item: unknown) => (isCollection(item) ? String(item.get('from') ?? '').slice(0, 7) : '')

function withSource(text: string, { name, reference, from }: ShockSaid): string {
  const cited = new Document({ [CITED]: `« ${name} » (${from}) : ${reference}` })
  visit(cited, { Scalar: (key, node) => void (key === 'value' && Object.assign(node, { type: 'QUOTE_DOUBLE' })) })
  return `${text.trimEnd()}\n${cited.toString({ lineWidth: 0 })}`
}
