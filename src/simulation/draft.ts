// A scenario's law: the country's texts with the changes written in, so that what was tried can be kept as a draft pack.
import { Document, isMap, isSeq, parseDocument, visit, type YAMLMap } from 'yaml'
import type { Country } from '#countries'
import { err, firstDay, type Month, ok, type Result } from '#kernel'
import { checkPacks, type Diagnostic, nearest, type PolicyFile, type RuleBook } from '#rules'
import type { ParameterChange, Scenario } from './scenario.ts'

export type DraftRefusal =
  | { readonly code: 'pack_unknown'; readonly pack: string; readonly known: readonly string[] }
  | {
      readonly code: 'parameter_unknown'
      readonly pack: string
      readonly name: string
      readonly meant: string | undefined
    }
  | { readonly code: 'text_unknown'; readonly path: string; readonly known: readonly string[] }
  /** The texts as changed are no law: the problems of the checker. */
  | { readonly code: 'law_refused'; readonly problems: readonly Diagnostic[] }

export type Draft = {
  readonly book: RuleBook
  /** Every text of the country's law as the scenario has it. */
  readonly files: readonly PolicyFile[]
  /** Those that differ from the country's. */
  readonly changed: readonly PolicyFile[]
}

/** The name under which a value tried is cited: it is nobody's law. */
const SOURCE = 'SCENARIO'

/** The law of a scenario for a month. Changes take effect on the first day of it; earlier values stand as they are. */
export function draftOf(
  { policy, book, catalogue }: Country,
  { name, parameters, texts }: Pick<Scenario, 'name' | 'parameters' | 'texts'>,
  pack: string,
  month: Month,
): Result<Draft, DraftRefusal> {
  const files = new Map(policy.map(({ path, text }) => [path, text]))
  for (const [path, text] of Object.entries(texts)) {
    if (!files.has(path)) return err({ code: 'text_unknown', path, known: [...files.keys()] })
    files.set(path, text)
  }
  for (const change of parameters) {
    const of = change.pack ?? pack
    const found = book.packs.get(of)
    if (found === undefined) return err({ code: 'pack_unknown', pack: of, known: [...book.packs.keys()] })
    const changed = withParameter(files.get(found.file) ?? '', change, month)
    if (changed === undefined) {
      const names = [...found.parameters.keys()]
      return err({
        code: 'parameter_unknown',
        pack: of,
        name: change.name,
        meant: nearest(change.name, names) ?? undefined,
      })
    }
    files.set(found.file, changed)
  }
  if (parameters.length > 0) citeScenario(files, name)
  const all = [...files].map(([path, text]) => ({ path, text }))
  const checked = checkPacks(
    all.filter(({ path }) => !path.endsWith('/facts.yaml')),
    catalogue,
  )
  if (!checked.ok) return err({ code: 'law_refused', problems: checked.refusal })
  const before = new Map(policy.map(({ path, text }) => [path, text]))
  return ok({ book: checked.value, files: all, changed: all.filter(({ path, text }) => before.get(path) !== text) })
}

/** The pack's text with a value from a month on; undefined where it has no such parameter. All else stays as written. */
function withParameter(text: string, change: ParameterChange, month: Month): string | undefined {
  const values = parseDocument(text).getIn(['parameters', change.name, 'values'])
  if (!isSeq(values) || !values.range) return undefined
  const { pack: _, name: __, ...value } = change
  const tried = flow({ from: month, ...value, source: SOURCE, to_confirm: true })
  const from = firstDay(month)
  const earlier = values.items
    .filter(item => isMap(item))
    .filter(item => startOf(item) < from)
    .map(item => text.slice(item.range?.[0], item.range?.[1]).trimEnd())
  const [start, end] = values.range
  if (values.flow) return `${text.slice(0, start)}[${[tried, ...earlier].join(', ')}]${text.slice(end)}`
  const indent = ' '.repeat(start - text.lastIndexOf('\n', start) - 1)
  const items = [tried, ...earlier].map(item => `- ${item}`).join(`\n${indent}`)
  return `${text.slice(0, start)}${items}\n${text.slice(end).replace(/^\n/, '')}`
}

/** On one line, as packs are written by hand. */
function flow(value: unknown): string {
  const document = new Document(value)
  visit(document, { Collection: (_, node) => void Object.assign(node, { flow: true }) })
  return document.toString({ lineWidth: 0 }).trim()
}

/** The first day of a dated value, of those written as a month or as a day; before all others where it says `always`. */
function startOf(item: YAMLMap): string {
  const from = String(item.get('from') ?? '')
  if (/^\d{4}-\d{2}$/.test(from)) return `${from}-01`
  return /^\d{4}-\d{2}-\d{2}$/.test(from) ? from : ''
}

function citeScenario(files: Map<string, string>, name: string): void {
  const path = [...files.keys()].find(each => each.endsWith('/sources.yaml'))
  if (path === undefined) return
  const cited = new Document({ [SOURCE]: `Scénario simulé « ${name} » : ce n'est pas la loi` }).toString({
    lineWidth: 0,
  })
  files.set(path, `${(files.get(path) as string).trimEnd()}\n${cited}`)
}
