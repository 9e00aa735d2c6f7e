// The form of a study: what it offers, and the study that its answers say.
import { stringify } from 'yaml'
import type { Country } from '#countries'
import { firstDay, type Month } from '#kernel'
import { isNumber, numberToText, type Pack, type Parameter, type ParameterValue, type Value } from '#rules'
import type { FactChoice, FormEntry, PackChoice, SimulationForm, TriedParameter } from '../simulation-door.ts'

/** Scenarios of one form; a study as text may hold more. */
const SCENARIOS = ['1', '2'] as const

/** A pack and those it uses, each once. */
export function packsUsed(country: Country, id: string): Pack[] {
  const pack = country.book.packs.get(id)
  if (!pack) return []
  const used = [...pack.uses.values()].flatMap(each => packsUsed(country, each))
  return [...new Map([pack, ...used].map(each => [each.id, each])).values()]
}

/** The texts of a programme's law and of those that it uses. */
export function lawsOf(country: Country, id: string): SimulationForm['laws'] {
  return packsUsed(country, id).map(pack => ({
    pack: choiceOf(pack),
    paths: country.policy.map(({ path }) => path).filter(path => path.startsWith(`packs/${pack.id}/`)),
  }))
}

export function choiceOf({ id, names }: Pack): PackChoice {
  return { id, name: names }
}

/** The parameters that have a value in a month, with it. */
export function parametersTried(country: Country, id: string, month: Month): TriedParameter[] {
  return packsUsed(country, id).flatMap(pack =>
    [...pack.parameters.values()].flatMap((parameter): TriedParameter[] => {
      const now = inForce(parameter, month)
      if (!now) return []
      const field = (key: string) => `value:${pack.id}:${parameter.name}:${key}`
      return [
        {
          pack: choiceOf(pack),
          name: parameter.name,
          label: parameter.label,
          kind: now.value.kind,
          from: now.from,
          sources: now.sources,
          confidence: now.confidence,
          values: entriesOf(now.value).map(([key, value]) => ({ key, field: field(key), value: textOf(value) })),
        },
      ]
    }),
  )
}

function inForce({ values }: Parameter, month: Month) {
  return values.find(({ from }) => from === null || from <= firstDay(month))
}

function entriesOf(value: ParameterValue): [string, Value][] {
  if (value.kind === 'single') return [['', value.value]]
  if (value.kind === 'list') return [...value.entries]
  return value.brackets.map(({ low, high, value: worth }, index): [string, Value] => [
    `${index + 1}: ${low === null ? '' : textOf(low)} … ${high === null ? '' : textOf(high)}`,
    worth,
  ])
}

function textOf(value: Value): string {
  if (value === null) return ''
  return isNumber(value) ? numberToText(value) : String(value)
}

const NUMBERS = ['money', 'decimal', 'integer']

/** Facts that can be multiplied, given to a share of the members, or tell who is meant. */
export function factsTried({ catalogue }: Country): Record<'numbers' | 'shares' | 'groups', FactChoice[]> {
  const all = (['household', 'member'] as const).flatMap(of =>
    [...catalogue[of].values()].map(fact => ({
      type: fact.type,
      of,
      choice: {
        fact: `${of}.${fact.name}`,
        label: fact.label,
        codes: [...fact.codes].map(([code, words]) => ({ code, words })),
      },
    })),
  )
  const coded = all.filter(({ type, choice }) => type === 'code' && choice.codes.length > 0)
  return {
    numbers: all.filter(({ type }) => NUMBERS.includes(type)).map(({ choice }) => choice),
    shares: coded.filter(({ of }) => of === 'member').map(({ choice }) => choice),
    groups: coded.map(({ choice }) => choice),
  }
}

/** The study that a form says, as YAML: what `readStudy` makes of it is checked there. Undefined where nothing is tried. */
export function studyText(
  country: Country,
  { pack, month }: { readonly pack: string; readonly month: Month },
  entries: readonly FormEntry[],
): string | undefined {
  const said = (name: string) => (entries.find(([field]) => field === name)?.[1] ?? '').trim()
  const scenarios = SCENARIOS.flatMap(number => {
    const scenario = scenarioOf(country, pack, month, name => said(`${number}.${name}`))
    return scenario === undefined ? [] : [{ name: said(`${number}.name`) || number, ...scenario }]
  })
  if (scenarios.length === 0) return undefined
  const [poorest, by] = [numberIn(said('poorest')), said('by')]
  const [fact = '', code = ''] = said('meant').split('=', 2)
  const years = numberIn(said('years'))
  return stringify({
    pack,
    month,
    beside: entries.filter(([field]) => field === 'beside').map(([, value]) => value),
    ...(poorest !== '' ? { reference: { poorest: plain(poorest), by } } : {}),
    ...(poorest === '' && fact !== '' ? { reference: { where: { [fact]: code } } } : {}),
    ...(years !== ''
      ? {
          projection: {
            years: plain(years),
            households: numberIn(said('households')) || '0',
            amounts: numberIn(said('amounts')) || '0',
          },
        }
      : {}),
    scenarios,
  })
}

function scenarioOf(country: Country, pack: string, month: Month, said: (name: string) => string) {
  const parameters = parametersTried(country, pack, month).flatMap(each => changeOf(country, each, month, said))
  const texts = textsOf(country, said)
  const facts = [...timesOf(said), ...shareOf(said)]
  const [of = '', parameter = ''] = said('budget').split(':', 2)
  const perMonth = numberIn(said('month'))
  const budget = perMonth === '' || parameter === '' ? {} : { budget: { pack: of, parameter, per_month: perMonth } }
  const nothing =
    parameters.length === 0 && facts.length === 0 && Object.keys(texts).length === 0 && !('budget' in budget)
  return nothing ? undefined : { parameters, facts, ...(Object.keys(texts).length > 0 ? { texts } : {}), ...budget }
}

/** A change of a parameter where one of its values was filled in: the others stay as they are. */
function changeOf(country: Country, tried: TriedParameter, month: Month, said: (name: string) => string): object[] {
  const filled = tried.values.map(({ field }) => said(field))
  if (filled.every(text => text === '')) return []
  const parameter = country.book.packs.get(tried.pack.id)?.parameters.get(tried.name)
  const now = parameter && inForce(parameter, month)
  if (!now) return []
  const values = entriesOf(now.value).map(([key, value], index): [string, unknown] => {
    const text = filled[index] || textOf(value)
    return [key, isNumber(value) ? plain(numberIn(text)) : typeof value === 'boolean' ? text === 'true' : text]
  })
  const change = { pack: tried.pack.id, name: tried.name }
  if (now.value.kind === 'single') return [{ ...change, value: values[0]?.[1] }]
  if (now.value.kind === 'list') return [{ ...change, list: Object.fromEntries(values) }]
  const brackets = now.value.brackets.map(({ low, lowIncluded, high, highIncluded }, index) => ({
    ...(index === 0 && low !== null ? { [lowIncluded ? 'at least' : 'above']: plain(textOf(low)) } : {}),
    ...(high === null ? {} : { [highIncluded ? 'up to' : 'under']: plain(textOf(high)) }),
    value: values[index]?.[1],
  }))
  return [{ ...change, brackets }]
}

/** Texts of the law that were changed. A browser sends its own ends of lines; those are no change. */
function textsOf({ policy }: Country, said: (name: string) => string): Record<string, string> {
  const changed = policy.flatMap(({ path, text }): [string, string][] => {
    const typed = said(`text:${path}`).replaceAll('\r\n', '\n')
    return typed === '' || typed === text.trim() ? [] : [[path, `${typed}\n`]]
  })
  return Object.fromEntries(changed)
}

function timesOf(said: (name: string) => string): object[] {
  const [fact, times] = [said('times.fact'), numberIn(said('times'))]
  return fact === '' || times === '' ? [] : [{ fact, times }]
}

function shareOf(said: (name: string) => string): object[] {
  const [fact = '', value = ''] = said('share.of').split('=', 2)
  const percent = numberIn(said('share'))
  if (fact === '' || percent === '') return []
  const ages = [said('from'), said('to')].map(numberIn).filter(age => age !== '')
  return [{ fact, value, share: hundredth(percent), ...(ages.length === 2 ? { ages: ages.map(plain) } : {}) }]
}

/** As a decimal: a comma is a point, and spaces between digits are nothing. */
function numberIn(text: string): string {
  return text.replaceAll(/[\s\u00a0\u202f]/g, '').replace(',', '.')
}

/** A decimal as YAML writes a number; whatever is none stays text, and is refused with its place. */
function plain(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** Percent as a share, digit by digit. */
function hundredth(percent: string): string {
  const [, whole = '', rest = ''] = /^(\d{1,3})(?:\.(\d+))?$/.exec(percent) ?? []
  if (whole === '') return percent
  const digits = whole.padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${rest}`
}
