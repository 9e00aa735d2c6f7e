import { z } from 'zod'
import { err, ok, type Result } from '#kernel'
import { type RuleBook, readYamlData } from '#rules'
import type { CountryProblem } from './problem.ts'
import type { ProgrammeTerms } from './programme-terms.ts'

/** To whom a pack pays more in a shock: to the families of a programme, or to those whom it does not cover. */
export const EXPANSION_WAYS = ['vertical', 'horizontal'] as const
export type ExpansionWay = (typeof EXPANSION_WAYS)[number]

/** A pack that pays only where and while a shock is declared. */
export type Expansion = {
  readonly pack: string
  readonly way: ExpansionWay
  /** Programme whose families it adds to, or beside which it stands. */
  readonly of: string
  /** Parameters of the pack that a declaration gives a value: no text does. */
  readonly asks: readonly string[]
}

const shape = z.strictObject({
  expansions: z.array(
    z.strictObject({
      pack: z.string(),
      way: z.enum(EXPANSION_WAYS),
      of: z.string(),
      asks: z.array(z.string()).default([]),
    }),
  ),
})

/** Reads `packs/<country>/shocks.yaml`; every mistake at once: unknown packs and parameters, programmes nobody is enrolled in. */
export function parseShocks(
  text: string,
  file: string,
  book: RuleBook,
  programmes: ReadonlyMap<string, ProgrammeTerms>,
): Result<readonly Expansion[], CountryProblem[]> {
  const refused = (messages: readonly string[]) =>
    err(messages.map(message => ({ file, message: `${file}: ${message}` })))
  const data = readYamlData(text)
  if (!data.ok) return refused(data.refusal)
  const parsed = shape.safeParse(data.value)
  if (!parsed.success) return refused(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`))
  const { expansions } = parsed.data
  const problems = expansions.flatMap(each => faultsOf(each, book, programmes))
  return problems.length > 0 ? refused(problems) : ok(expansions)
}

function faultsOf(
  { pack: id, of, asks }: Expansion,
  book: RuleBook,
  programmes: ReadonlyMap<string, ProgrammeTerms>,
): string[] {
  const pack = book.packs.get(id)
  if (pack === undefined) return [`there is no pack ${id}`]
  return [
    ...(pack.amount?.direction === 'receives' ? [] : [`${id} pays nobody`]),
    ...(programmes.has(id) ? [`${id} has terms of enrolment: a shock says who is in it`] : []),
    ...(programmes.has(of) ? [] : [`${id}: ${of} has no terms of enrolment, so that nobody is known to be in it`]),
    ...asks.filter(name => !pack.parameters.has(name)).map(name => `${id} has no parameter ${name}`),
  ]
}
