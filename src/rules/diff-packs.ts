import type { Words } from '#kernel'
import { describeRule } from './explain-form.ts'
import type { DatedValue, Pack, Parameter, ParameterValue, RuleBook, Step } from './pack.ts'
import { stepsOf } from './pack-parts.ts'
import { valueText } from './print.ts'

/** One thing that changed in the law, in words. */
export type LawChange = { readonly pack: string; readonly text: string }

/** What the second book says otherwise than the first: programmes, dates, parameters, rules, refusals, amounts, words. */
export function diffBooks(before: RuleBook, after: RuleBook): LawChange[] {
  const ids = new Set([...before.packs.keys(), ...after.packs.keys()])
  return [...ids].flatMap(id => {
    const [old, now] = [before.packs.get(id), after.packs.get(id)]
    if (old === undefined) return [{ pack: id, text: 'is new' }]
    if (now === undefined) return [{ pack: id, text: 'is gone' }]
    return old.version === now.version ? [] : diffPacks(old, now).map(text => ({ pack: id, text }))
  })
}

function diffPacks(old: Pack, now: Pack): string[] {
  const changes = [
    ...changed('in force', lifeText(old), lifeText(now)),
    ...listed(
      'fact',
      old.facts.map(fact => fact.name),
      now.facts.map(fact => fact.name),
    ),
    ...diffParameters(parametersOf(old), parametersOf(now)),
    ...diffSteps(old, now),
    ...changed('refusals', refusalsText(old), refusalsText(now)),
    ...changed('amount', amountText(old), amountText(now)),
    ...diffWords(old, now),
  ]
  return changes.length > 0 ? changes : ['changed only through what it uses']
}

function changed(what: string, old: string, now: string): string[] {
  return old === now ? [] : [`${what}: ${now}, was ${old}`]
}

function listed(what: string, old: readonly string[], now: readonly string[]): string[] {
  return [
    ...now.filter(name => !old.includes(name)).map(name => `${what} ${name} is new`),
    ...old.filter(name => !now.includes(name)).map(name => `${what} ${name} is gone`),
  ]
}

function lifeText({ life }: Pack): string {
  return `${life.from ?? 'always'} to ${life.to ?? 'today and after'}`
}

function refusalsText(pack: Pack): string {
  return pack.refusals.map(refusal => refusal.code).join(', ') || 'none'
}

function amountText({ amount, currency }: Pack): string {
  return amount === null ? 'none' : `${amount.direction} ${currency} per ${amount.per}`
}

function parametersOf(pack: Pack): ReadonlyMap<string, Parameter> {
  const coefficients = [...pack.steps.values()].flatMap(({ form }) =>
    form.kind === 'weighted_sum' ? form.terms.map(term => [term.coefficient.name, term.coefficient] as const) : [],
  )
  return new Map([...pack.parameters, ...coefficients])
}

function diffParameters(old: ReadonlyMap<string, Parameter>, now: ReadonlyMap<string, Parameter>): string[] {
  const shared = [...now].flatMap(([name, parameter]) => {
    const earlier = old.get(name)
    return earlier === undefined ? [] : diffParameter(earlier, parameter)
  })
  return [...listed('parameter', [...old.keys()], [...now.keys()]), ...shared]
}

/** Each dated value is compared with the one of the same start. */
function diffParameter(old: Parameter, now: Parameter): string[] {
  const start = (value: DatedValue) => value.from ?? 'always'
  const before = new Map(old.values.map(value => [start(value), value]))
  const after = new Map(now.values.map(value => [start(value), value]))
  const changes = [...after].flatMap(([from, value]) => {
    const earlier = before.get(from)
    if (earlier === undefined) return [`${now.name} from ${from}: ${worthText(value.value)} is new${sourceText(value)}`]
    return diffDated(`${now.name} from ${from}`, earlier, value)
  })
  const gone = [...before].filter(([from]) => !after.has(from))
  return [...changes, ...gone.map(([from, value]) => `${now.name} from ${from}: ${worthText(value.value)} is gone`)]
}

function diffDated(what: string, old: DatedValue, now: DatedValue): string[] {
  const sources = (value: DatedValue) => value.sources.map(source => source.code).join(', ')
  return [
    ...diffWorth(what, old.value, now.value).map(text => `${text}${sourceText(now)}`),
    ...changed(`${what}, source`, sources(old), sources(now)),
    ...changed(`${what}, certainty`, old.confidence.replace('_', ' '), now.confidence.replace('_', ' ')),
    ...changed(`${what}, ends`, old.to ?? 'never', now.to ?? 'never'),
  ]
}

function diffWorth(what: string, old: ParameterValue, now: ParameterValue): string[] {
  if (old.kind === 'list' && now.kind === 'list') {
    const keys = new Set([...old.entries.keys(), ...now.entries.keys()])
    return [...keys].flatMap(key =>
      changed(`${what}, ${key}`, valueText(old.entries.get(key) ?? null), valueText(now.entries.get(key) ?? null)),
    )
  }
  return changed(what, worthText(old), worthText(now))
}

function worthText(value: ParameterValue): string {
  switch (value.kind) {
    case 'single':
      return value.value === null ? 'unknown' : valueText(value.value)
    case 'list':
      return [...value.entries].map(([key, worth]) => `${key} ${valueText(worth)}`).join(', ')
    case 'scale':
      return value.brackets
        .map(
          ({ low, high, value: worth }) =>
            `${low === null ? '' : `over ${valueText(low)} `}${high === null ? '' : `to ${valueText(high)} `}${valueText(worth)}`,
        )
        .join('; ')
  }
}

function sourceText({ sources }: DatedValue): string {
  return sources.length === 0 ? '' : ` (${sources.map(source => source.code).join(', ')})`
}

function diffSteps(old: Pack, now: Pack): string[] {
  const before = new Map(stepsOf(old).map(step => [step.name, step]))
  const after = new Map(stepsOf(now).map(step => [step.name, step]))
  const shared = [...after].flatMap(([name, step]) => {
    const earlier = before.get(name)
    return earlier === undefined ? [] : changed(stepName(step), describeRule(earlier.form), describeRule(step.form))
  })
  const names = (steps: ReadonlyMap<string, Step>) =>
    [...steps.values()].filter(step => !step.name.startsWith('refusal.')).map(stepName)
  return [...listed('rule', names(before), names(after)), ...shared]
}

function stepName({ name, label }: Step): string {
  return name.startsWith('result.') || name.startsWith('refusal.') ? name.replace('.', ' ') : `${name} (${label.en})`
}

function diffWords(old: Pack, now: Pack): string[] {
  const words = (pack: Pack): [string, Words][] => [
    ['its name', pack.names],
    ['what it says of itself', pack.says],
    ...pack.refusals.map(refusal => [`the words of refusal ${refusal.code}`, refusal.when.label] as [string, Words]),
  ]
  const before = new Map(words(old))
  return words(now).flatMap(([what, text]) => {
    const earlier = before.get(what)
    return earlier === undefined || JSON.stringify(earlier) === JSON.stringify(text)
      ? []
      : [`${what}: "${text.en}", was "${earlier.en}"`]
  })
}
